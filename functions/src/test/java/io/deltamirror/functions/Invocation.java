package io.deltamirror.functions;

import com.microsoft.azure.functions.ExecutionContext;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** An invocation that keeps what is logged. */
final class Invocation implements ExecutionContext {
  static final String ID = "7d1c9f0e-invocation";

  private final List<String> messages = new ArrayList<>();
  private final Logger logger = Logger.getAnonymousLogger();

  Invocation() {
    logger.setUseParentHandlers(false);
    logger.addHandler(
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            messages.add(record.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        });
  }

  List<String> messages() {
    return messages;
  }

  @Override
  public Logger getLogger() {
    return logger;
  }

  @Override
  public String getInvocationId() {
    return ID;
  }

  @Override
  public String getFunctionName() {
    return "function";
  }
}
