package io.deltamirror.local.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.Cardinality;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A packaged function, as its {@code function.json} says.
 *
 * @param name its folder's
 */
record FunctionJson(String name, JsonNode json) {
  /** What the service reads with when none is named. */
  private static final String DEFAULT_CONSUMER_GROUP = "$Default";

  /** The jar with the method, relative to the function's folder. */
  String scriptFile() {
    return text(json, "scriptFile");
  }

  /**
   * Finds the method and reads the trigger.
   *
   * @param app where the classes are
   * @throws IllegalArgumentException for what the service knows and this host does not
   */
  FunctionDefinition define(
      ClassLoader app, HostConfiguration configuration, AppSettings settings) {
    Method method = method(app);
    List<JsonNode> triggers =
        StreamSupport.stream(json.path("bindings").spliterator(), false)
            .filter(binding -> binding.path("type").asText().endsWith("Trigger"))
            .toList();
    if (triggers.size() != 1) {
      throw new IllegalArgumentException(name + " has " + triggers.size() + " triggers");
    }
    Trigger trigger = trigger(triggers.get(0), method, configuration, settings);
    return new FunctionDefinition(name, method, trigger, RetryPolicy.of(json.path("retry")));
  }

  private Method method(ClassLoader app) {
    String entryPoint = text(json, "entryPoint");
    int dot = entryPoint.lastIndexOf('.');
    try {
      Class<?> type = Class.forName(entryPoint.substring(0, Math.max(0, dot)), false, app);
      List<Method> methods =
          Arrays.stream(type.getMethods())
              .filter(method -> method.getName().equals(entryPoint.substring(dot + 1)))
              .toList();
      if (methods.size() != 1) {
        throw new IllegalArgumentException(entryPoint + " is " + methods.size() + " methods");
      }
      return methods.get(0);
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException(name + ": there is no " + entryPoint, e);
    }
  }

  private Trigger trigger(
      JsonNode binding, Method method, HostConfiguration configuration, AppSettings settings) {
    String type = text(binding, "type");
    return switch (type) {
      case "eventHubTrigger" -> hub(binding, settings);
      case "timerTrigger" ->
          new Trigger.Timer(Schedule.parse(settings.resolve(text(binding, "schedule"))));
      case "httpTrigger" -> http(binding, method, configuration);
      default -> throw new IllegalArgumentException(name + " has a trigger " + type);
    };
  }

  private Trigger hub(JsonNode binding, AppSettings settings) {
    if (!named(Cardinality.class, binding, "cardinality").equals(Optional.of(Cardinality.MANY))) {
      throw new IllegalArgumentException(name + " takes its events one by one");
    }
    String consumerGroup = binding.path("consumerGroup").asText(DEFAULT_CONSUMER_GROUP);
    return new Trigger.Hub(
        settings.resolve(text(binding, "eventHubName")),
        settings.resolve(consumerGroup),
        settings.required(text(binding, "connection")));
  }

  private Trigger http(JsonNode binding, Method method, HostConfiguration configuration) {
    if (method.getReturnType() != HttpResponseMessage.class) {
      throw new IllegalArgumentException(name + " does not return an HttpResponseMessage");
    }
    Set<HttpMethod> methods =
        StreamSupport.stream(binding.path("methods").spliterator(), false)
            .map(verb -> HttpMethod.value(verb.asText().toUpperCase(Locale.ROOT)))
            .collect(Collectors.toSet());
    return new Trigger.Http(
        Route.parse(configuration.routePrefix(), binding.path("route").asText(name)),
        methods,
        !named(AuthorizationLevel.class, binding, "authLevel")
            .equals(Optional.of(AuthorizationLevel.ANONYMOUS)));
  }

  private static <E extends Enum<E>> Optional<E> named(
      Class<E> type, JsonNode binding, String field) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> constant.name().equalsIgnoreCase(binding.path(field).asText()))
        .findFirst();
  }

  private String text(JsonNode node, String field) {
    String text = node.path(field).asText();
    if (text.isEmpty()) {
      throw new IllegalArgumentException(name + " has no " + field);
    }
    return text;
  }
}
