package io.deltamirror.functions;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import io.deltamirror.core.source.EnvironmentPasswords;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes the function classes with what they need. The service's Java worker finds this class
 * through {@code META-INF/services} and keeps one instance per process; other programs give it
 * their own services. Thread-safe.
 */
public final class FunctionFactory implements FunctionInstanceInjector {
  private final Supplier<FunctionServices> source;
  private Optional<FunctionServices> services = Optional.empty();

  /** For the service's worker: services according to the process's environment. */
  public FunctionFactory() {
    this(() -> open(System.getenv()));
  }

  /**
   * Makes functions with services that are opened when the first function is needed, so that a
   * wrong setting fails an invocation, with a message, and not the loading of the app.
   */
  public FunctionFactory(Supplier<FunctionServices> source) {
    this.source = source;
  }

  private static FunctionServices open(Map<String, String> environment) {
    Path home = Path.of(System.getProperty("user.home"));
    return FunctionServices.open(
        FunctionSettings.from(environment),
        environment,
        new EnvironmentPasswords(environment, home),
        ChangesHistory.from(environment));
  }

  /** All function classes of the app. */
  public static List<Class<?>> functions() {
    return List.of(ApplyChanges.class, CopyTable.class, DeadLetterApi.class, MirroringApi.class);
  }

  @Override
  public <T> T getInstance(Class<T> functionClass) {
    return functionClass.cast(make(functionClass));
  }

  private Object make(Class<?> functionClass) {
    if (functionClass == ApplyChanges.class) {
      return new ApplyChanges(services().changes());
    }
    if (functionClass == CopyTable.class) {
      return new CopyTable(services().copies(), services().badTasks());
    }
    if (functionClass == MirroringApi.class) {
      return new MirroringApi(services().control(), services().letters());
    }
    if (functionClass == DeadLetterApi.class) {
      return new DeadLetterApi(services().letters());
    }
    throw new IllegalArgumentException(functionClass + " is not a function of this app");
  }

  private synchronized FunctionServices services() {
    if (services.isEmpty()) {
      services = Optional.of(source.get());
    }
    return services.get();
  }
}
