package io.deltamirror.local.host;

import com.fasterxml.jackson.databind.JavaType;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.annotation.BindingName;
import io.deltamirror.core.json.Json;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Where the value of a function's parameter comes from. */
@FunctionalInterface
interface Parameter {
  Object value(TriggerData data, ExecutionContext context);

  /**
   * Reads a parameter's annotations.
   *
   * @throws IllegalArgumentException for a binding that this host does not have
   */
  static Parameter of(java.lang.reflect.Parameter parameter) {
    if (parameter.getType() == ExecutionContext.class) {
      return (data, context) -> context;
    }
    BindingName binding = parameter.getAnnotation(BindingName.class);
    if (binding != null) {
      JavaType type =
          Json.mapper().getTypeFactory().constructType(parameter.getParameterizedType());
      // The service's worker reads metadata from JSON, into whatever type the function has.
      return (data, context) ->
          Json.mapper().convertValue(data.metadata().get(binding.value()), type);
    }
    if (Arrays.stream(parameter.getAnnotations()).noneMatch(FunctionDefinition::isTrigger)) {
      throw new IllegalArgumentException("a parameter without a known binding: " + parameter);
    }
    return payload(parameter);
  }

  private static Parameter payload(java.lang.reflect.Parameter parameter) {
    Class<?> type = parameter.getType();
    if (type == String[].class) {
      return (data, context) ->
          Arrays.stream((byte[][]) data.payload())
              .map(body -> new String(body, StandardCharsets.UTF_8))
              .toArray(String[]::new);
    }
    boolean known =
        type == byte[][].class
            || type == String.class
            || (type == HttpRequestMessage.class && hasOptionalText(parameter));
    if (!known) {
      throw new IllegalArgumentException("a trigger's parameter of an unknown type: " + parameter);
    }
    return (data, context) -> data.payload();
  }

  private static boolean hasOptionalText(java.lang.reflect.Parameter parameter) {
    return parameter.getParameterizedType() instanceof ParameterizedType request
        && request.getActualTypeArguments()[0] instanceof ParameterizedType body
        && body.getRawType() == Optional.class
        && List.<Type>of(body.getActualTypeArguments()).equals(List.of(String.class));
  }
}
