package io.deltamirror.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpResponseMessage;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.json.Json;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FunctionJsonTest {
  private static final HostConfiguration CONFIGURATION = new HostConfiguration("api", 32, 32, true);
  private static final AppSettings SETTINGS =
      new AppSettings(Map.of("HUBS", "Endpoint=…", "CHANGES", "changes"));

  public static class App {
    public void changes(byte[][] events) {}

    public HttpResponseMessage show(String request) {
      throw new UnsupportedOperationException(request);
    }

    public void twice() {}

    public void twice(String other) {}
  }

  @Test
  void hubTriggerHasItsSettingsAndRetries() throws Exception {
    FunctionDefinition function =
        define(
            "changes",
            """
            {"type": "eventHubTrigger", "eventHubName": "%CHANGES%", "connection": "HUBS",
             "cardinality": "MANY"}""",
            """
            , "retry": {"strategy": "exponentialBackoff", "maxRetryCount": -1,
              "minimumInterval": "00:00:01", "maximumInterval": "00:01:00"}""");

    assertThat(function.trigger()).isEqualTo(new Trigger.Hub("changes", "$Default", "Endpoint=…"));
    assertThat(function.method()).isEqualTo(App.class.getMethod("changes", byte[][].class));
    assertThat(function.retry())
        .isEqualTo(new RetryPolicy(-1, Duration.ofSeconds(1), Duration.ofMinutes(1)));
  }

  @Test
  void httpTriggerHasItsRouteAndAsksForAKeyUnlessAnonymous() {
    FunctionDefinition function =
        define(
            "show",
            """
            {"type": "httpTrigger", "route": "items/{id}", "methods": ["GET"],
             "authLevel": "FUNCTION"}, {"type": "http", "name": "$return"}""",
            "");

    assertThat(function.trigger())
        .isEqualTo(
            new Trigger.Http(Route.parse("api", "items/{id}"), Set.of(HttpMethod.GET), true));
    assertThat(function.retry()).isEqualTo(RetryPolicy.NONE);
  }

  @Test
  void missingSettingIsNamed() {
    assertThatThrownBy(
            () ->
                define(
                    "changes",
                    """
                    {"type": "eventHubTrigger", "eventHubName": "changes",
                     "connection": "OTHER", "cardinality": "MANY"}""",
                    ""))
        .isInstanceOf(MirrorException.class)
        .hasMessageContaining("OTHER");
  }

  @Test
  void whatTheServiceKnowsAndThisHostDoesNotIsRefused() {
    assertRefused("changes", "{\"type\": \"blobTrigger\"}", "", "blobTrigger");
    assertRefused(
        "changes",
        "{\"type\": \"eventHubTrigger\", \"eventHubName\": \"changes\", \"connection\": \"HUBS\"}",
        "",
        "one by one");
    assertRefused("absent", "{\"type\": \"httpTrigger\"}", "", "absent is 0 methods");
    assertRefused("twice", "{\"type\": \"httpTrigger\"}", "", "twice is 2 methods");
    assertRefused("changes", "{\"type\": \"httpTrigger\"}", "", "HttpResponseMessage");
    assertRefused("changes", "{\"type\": \"http\"}", "", "0 triggers");
    assertRefused(
        "show", "{\"type\": \"httpTrigger\"}", ", \"retry\": {\"strategy\": \"never\"}", "never");
  }

  private static void assertRefused(String method, String bindings, String more, String why) {
    assertThatThrownBy(() -> define(method, bindings, more))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private static FunctionDefinition define(String method, String bindings, String more) {
    String json =
        "{\"scriptFile\": \"../app.jar\", \"entryPoint\": \"%s.%s\", \"bindings\": [%s]%s}"
            .formatted(App.class.getName(), method, bindings, more);
    try {
      return new FunctionJson("function", Json.mapper().readTree(json))
          .define(App.class.getClassLoader(), CONFIGURATION, SETTINGS);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
