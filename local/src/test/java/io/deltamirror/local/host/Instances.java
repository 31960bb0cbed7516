package io.deltamirror.local.host;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import java.util.Collection;
import java.util.List;

/** Function instances by their classes. */
record Instances(List<Object> instances) implements FunctionInstanceInjector {
  static Instances of(Object... instances) {
    return new Instances(List.of(instances));
  }

  Collection<Class<?>> types() {
    return instances.stream().<Class<?>>map(Object::getClass).toList();
  }

  @Override
  public <T> T getInstance(Class<T> type) {
    return instances.stream()
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no " + type));
  }
}
