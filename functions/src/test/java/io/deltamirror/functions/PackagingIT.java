package io.deltamirror.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.azure.functions.annotation.EventHubTrigger;
import com.microsoft.azure.functions.annotation.ExponentialBackoffRetry;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.deltamirror.core.json.Json;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code mvn package} leaves for deployment is what the annotations say. */
class PackagingIT {
  private static final Path APP = Path.of("target/azure-functions/delta-mirror");

  static Stream<Method> functions() {
    return FunctionFactory.functions().stream()
        .flatMap(type -> Arrays.stream(type.getMethods()))
        .filter(method -> method.isAnnotationPresent(FunctionName.class));
  }

  @Test
  void exactlyTheAnnotatedFunctionsArePackaged() throws IOException {
    List<String> packaged;
    try (Stream<Path> entries = Files.list(APP)) {
      packaged =
          entries
              .filter(entry -> Files.exists(entry.resolve("function.json")))
              .map(entry -> entry.getFileName().toString())
              .toList();
    }

    assertThat(packaged)
        .containsExactlyInAnyOrderElementsOf(functions().map(PackagingIT::name).toList())
        .contains("ApplyChanges", "CopyTable", "startMirroring", "stopMirroring")
        .contains("getMirroringStatus", "getTablesMirroringStatus");
  }

  @Test
  void hostSettingsAreTheRootOnes() {
    assertThat(APP.resolve("host.json")).hasSameTextualContentAs(Path.of("../host.json"));
  }

  @Test
  void librariesAreBesideTheJar() throws IOException {
    try (Stream<Path> libraries = Files.list(APP.resolve("lib"))) {
      assertThat(libraries.map(library -> library.getFileName().toString()))
          .anyMatch(name -> name.startsWith("core-"))
          .anyMatch(name -> name.startsWith("lake-"))
          .anyMatch(name -> name.startsWith("slf4j-simple-"));
    }
  }

  @Test
  void everyRouteIsInTheApiDescription() throws IOException {
    String description = Files.readString(Path.of("../openapi.yaml"));

    assertThat(functions().map(PackagingIT::trigger).filter(HttpTrigger.class::isInstance))
        .hasSize(10)
        .allSatisfy(
            trigger ->
                assertThat(description)
                    .contains("\n  /" + ((HttpTrigger) trigger).route() + ":\n"));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void entryPointIsTheAnnotatedMethodInAPackagedJar(Method function) throws IOException {
    JsonNode json = read(function);

    assertThat(json.get("entryPoint").asText())
        .isEqualTo(function.getDeclaringClass().getName() + "." + function.getName());
    Path folder = APP.resolve(name(function));
    assertThat(folder.resolve(json.get("scriptFile").asText())).isRegularFile();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void triggerIsTheAnnotatedOne(Method function) throws IOException {
    JsonNode trigger = read(function).get("bindings").get(0);
    Annotation annotation = trigger(function);

    if (annotation instanceof EventHubTrigger hub) {
      assertThat(trigger.get("type").asText()).isEqualTo("eventHubTrigger");
      assertThat(trigger.get("eventHubName").asText()).isEqualTo(hub.eventHubName());
      assertThat(trigger.get("connection").asText()).isEqualTo(hub.connection());
      assertThat(trigger.get("cardinality").asText()).isEqualTo(hub.cardinality().name());
      assertThat(trigger.get("dataType").asText()).isEqualTo(hub.dataType());
      // The default is left out.
      assertThat(trigger.path("consumerGroup").asText("$Default")).isEqualTo(hub.consumerGroup());
    } else {
      HttpTrigger http = (HttpTrigger) annotation;
      assertThat(trigger.get("type").asText()).isEqualTo("httpTrigger");
      assertThat(trigger.get("route").asText()).isEqualTo(http.route());
      assertThat(trigger.get("authLevel").asText()).isEqualTo(http.authLevel().name());
      assertThat(trigger.get("methods"))
          .extracting(JsonNode::asText)
          .isEqualTo(Arrays.stream(http.methods()).map(Enum::name).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void retryPolicyIsTheAnnotatedOne(Method function) throws IOException {
    JsonNode retry = read(function).path("retry");
    ExponentialBackoffRetry annotated = function.getAnnotation(ExponentialBackoffRetry.class);

    assertThat(trigger(function) instanceof EventHubTrigger).isEqualTo(annotated != null);
    if (annotated != null) {
      assertThat(retry.get("strategy").asText()).isEqualTo("exponentialBackoff");
      assertThat(retry.get("maxRetryCount").asInt())
          .as("with an end of the retries the host's checkpoint would pass what was not applied")
          .isEqualTo(annotated.maxRetryCount())
          .isEqualTo(-1);
      assertThat(retry.get("minimumInterval").asText()).isEqualTo(annotated.minimumInterval());
      assertThat(retry.get("maximumInterval").asText()).isEqualTo(annotated.maximumInterval());
    } else {
      assertThat(retry.isMissingNode()).isTrue();
    }
  }

  private static String name(Method function) {
    return function.getAnnotation(FunctionName.class).value();
  }

  private static JsonNode read(Method function) throws IOException {
    return Json.mapper().readTree(APP.resolve(name(function)).resolve("function.json").toFile());
  }

  private static Annotation trigger(Method function) {
    return Arrays.stream(function.getParameterAnnotations())
        .flatMap(Arrays::stream)
        .filter(a -> a instanceof EventHubTrigger || a instanceof HttpTrigger)
        .findFirst()
        .orElseThrow();
  }
}
