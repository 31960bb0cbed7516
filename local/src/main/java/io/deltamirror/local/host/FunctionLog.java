package io.deltamirror.local.host;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.Logger;

/** What functions log through their context, into the log of this program. */
final class FunctionLog extends Handler {
  private final Logger log;
  private final SimpleFormatter formatter = new SimpleFormatter();

  private FunctionLog(Logger log) {
    this.log = log;
  }

  /** A logger of a function that writes to the given one. */
  static java.util.logging.Logger into(Logger log) {
    var logger = java.util.logging.Logger.getAnonymousLogger();
    logger.setUseParentHandlers(false);
    logger.addHandler(new FunctionLog(log));
    return logger;
  }

  @Override
  public void publish(LogRecord entry) {
    String message = formatter.formatMessage(entry);
    int level = entry.getLevel().intValue();
    if (level >= Level.SEVERE.intValue()) {
      log.error(message, entry.getThrown());
    } else if (level >= Level.WARNING.intValue()) {
      log.warn(message, entry.getThrown());
    } else if (level >= Level.INFO.intValue()) {
      log.info(message, entry.getThrown());
    } else {
      log.debug(message, entry.getThrown());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
