package io.deltamirror.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.Cardinality;
import com.microsoft.azure.functions.annotation.EventHubTrigger;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import com.microsoft.azure.functions.annotation.TimerTrigger;
import io.deltamirror.core.MirrorException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FunctionDefinitionTest {
  private static final HostConfiguration CONFIGURATION = new HostConfiguration("api", 32, 32, true);
  private static final Map<String, String> SETTINGS =
      Map.of("HUBS", "Endpoint=…", "CHANGES", "changes", "EVERY", "0 * * * * *");

  public static class Known {
    @FunctionName("changes")
    public void changes(
        @EventHubTrigger(
                name = "events",
                eventHubName = "%CHANGES%",
                connection = "HUBS",
                dataType = "binary")
            byte[][] events) {}

    @FunctionName("sweep")
    public void sweep(@TimerTrigger(name = "timer", schedule = "%EVERY%") String timer) {}

    @FunctionName("show")
    public HttpResponseMessage show(
        @HttpTrigger(
                name = "request",
                methods = HttpMethod.GET,
                authLevel = AuthorizationLevel.ANONYMOUS)
            HttpRequestMessage<Optional<String>> request) {
      return request.createResponseBuilder(com.microsoft.azure.functions.HttpStatus.OK).build();
    }

    public void notAFunction() {}
  }

  public static class OneByOne {
    @FunctionName("one")
    public void run(
        @EventHubTrigger(
                name = "event",
                eventHubName = "changes",
                connection = "HUBS",
                cardinality = Cardinality.ONE)
            String event) {}
  }

  public static class WithoutTrigger {
    @FunctionName("none")
    public void run(String text) {}
  }

  public static class OtherAnswer {
    @FunctionName("text")
    public String run(@HttpTrigger(name = "request") HttpRequestMessage<Optional<String>> request) {
      return "";
    }
  }

  @Test
  void functionsAreAsTheirAnnotationsSayWithSettingsResolved() {
    assertThat(FunctionDefinition.of(Known.class, CONFIGURATION, new AppSettings(SETTINGS)))
        .extracting(FunctionDefinition::name)
        .containsExactly("changes", "show", "sweep");

    assertThat(trigger(0)).isEqualTo(new Trigger.Hub("changes", "$Default", "Endpoint=…"));
    assertThat(trigger(1))
        .isEqualTo(new Trigger.Http(Route.parse("api", "show"), Set.of(HttpMethod.GET), false));
    assertThat(trigger(2)).hasToString("Timer[schedule=0 * * * * *]");
  }

  @Test
  void connectionStringIsNotInTheTriggersText() {
    assertThat(trigger(0).toString()).doesNotContain("Endpoint");
  }

  @Test
  void missingSettingIsNamed() {
    assertThatThrownBy(
            () ->
                FunctionDefinition.of(
                    Known.class, CONFIGURATION, new AppSettings(Map.of("HUBS", "Endpoint=…"))))
        .isInstanceOf(MirrorException.class)
        .hasMessageContaining("CHANGES");
  }

  @Test
  void whatThisHostCannotDoAsTheServiceDoesIsRefused() {
    assertRefused(OneByOne.class, "one by one");
    assertRefused(WithoutTrigger.class, "0 known triggers");
    assertRefused(OtherAnswer.class, "HttpResponseMessage");
  }

  private static void assertRefused(Class<?> type, String message) {
    assertThatThrownBy(() -> FunctionDefinition.of(type, CONFIGURATION, new AppSettings(SETTINGS)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static Trigger trigger(int index) {
    return FunctionDefinition.of(Known.class, CONFIGURATION, new AppSettings(SETTINGS))
        .get(index)
        .trigger();
  }
}
