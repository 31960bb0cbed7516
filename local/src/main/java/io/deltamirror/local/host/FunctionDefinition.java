package io.deltamirror.local.host;

import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.Cardinality;
import com.microsoft.azure.functions.annotation.EventHubTrigger;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import com.microsoft.azure.functions.annotation.TimerTrigger;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** A function as its annotations say. */
record FunctionDefinition(String name, Method method, Trigger trigger, RetryPolicy retry) {

  /**
   * The functions of a class, in the order of their names.
   *
   * @throws IllegalArgumentException for what the service knows and this host does not
   */
  static List<FunctionDefinition> of(
      Class<?> type, HostConfiguration configuration, AppSettings settings) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.isAnnotationPresent(FunctionName.class))
        .map(method -> of(method, configuration, settings))
        .sorted(Comparator.comparing(FunctionDefinition::name))
        .toList();
  }

  private static FunctionDefinition of(
      Method method, HostConfiguration configuration, AppSettings settings) {
    String name = method.getAnnotation(FunctionName.class).value();
    List<Trigger> triggers =
        Arrays.stream(method.getParameterAnnotations())
            .flatMap(Arrays::stream)
            .filter(FunctionDefinition::isTrigger)
            .map(annotation -> trigger(annotation, name, method, configuration, settings))
            .toList();
    if (triggers.size() != 1) {
      throw new IllegalArgumentException(name + " has " + triggers.size() + " known triggers");
    }
    return new FunctionDefinition(name, method, triggers.get(0), RetryPolicy.of(method));
  }

  static boolean isTrigger(Annotation annotation) {
    return annotation instanceof EventHubTrigger
        || annotation instanceof TimerTrigger
        || annotation instanceof HttpTrigger;
  }

  private static Trigger trigger(
      Annotation annotation,
      String name,
      Method method,
      HostConfiguration configuration,
      AppSettings settings) {
    if (annotation instanceof EventHubTrigger hub) {
      if (hub.cardinality() != Cardinality.MANY) {
        throw new IllegalArgumentException(name + " takes its events one by one");
      }
      return new Trigger.Hub(
          settings.resolve(hub.eventHubName()),
          settings.resolve(hub.consumerGroup()),
          settings.required(hub.connection()));
    }
    if (annotation instanceof TimerTrigger timer) {
      return new Trigger.Timer(Schedule.parse(settings.resolve(timer.schedule())));
    }
    HttpTrigger http = (HttpTrigger) annotation;
    if (method.getReturnType() != HttpResponseMessage.class) {
      throw new IllegalArgumentException(name + " does not return an HttpResponseMessage");
    }
    return new Trigger.Http(
        Route.parse(configuration.routePrefix(), http.route().isEmpty() ? name : http.route()),
        Set.of(http.methods()),
        http.authLevel() != AuthorizationLevel.ANONYMOUS);
  }
}
