package io.deltamirror.local.host;

import com.microsoft.azure.functions.RetryContext;
import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** A function that can be called. Thread-safe. */
final class Function {
  private final FunctionDefinition definition;
  private final List<Parameter> parameters;
  private final FunctionInstanceInjector instances;
  private final Logger logger;

  Function(FunctionDefinition definition, FunctionInstanceInjector instances) {
    this.definition = definition;
    this.parameters =
        Arrays.stream(definition.method().getParameters()).map(Parameter::of).toList();
    this.instances = instances;
    this.logger = FunctionLog.into(LoggerFactory.getLogger("function." + definition.name()));
  }

  FunctionDefinition definition() {
    return definition;
  }

  /**
   * Calls it on an instance of its own, as the service's worker does.
   *
   * @param invocation names it in the log; the same for its repetitions
   * @throws InvocationFailedException whatever the function has thrown
   */
  Object call(TriggerData data, String invocation, int retries) throws InvocationFailedException {
    RetryContext attempt = new Invocation.Attempt(retries, definition.retry().maxRetries());
    Invocation context = new Invocation(definition.name(), invocation, logger, attempt);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // The app's own, as in the service's worker: its libraries look for their services there.
    thread.setContextClassLoader(definition.method().getDeclaringClass().getClassLoader());
    try {
      Object instance = instances.getInstance(definition.method().getDeclaringClass());
      Object[] arguments = parameters.stream().map(p -> p.value(data, context)).toArray();
      return definition.method().invoke(instance, arguments);
    } catch (InvocationTargetException e) {
      throw new InvocationFailedException(definition.name(), e.getCause());
    } catch (Exception e) {
      // No instance, or the trigger's data do not fit the parameters.
      throw new InvocationFailedException(definition.name(), e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
