package io.deltamirror.core.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpResponse;
import io.deltamirror.core.MirrorException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;

/**
 * Sends requests to Azure storage, again and again within {@link StorageLimits}. The one place of
 * retries: those of the SDK are off, as they hide from the caller that an attempt may have had its
 * effect although its answer was lost. Thread-safe.
 */
public final class StorageRequests {
  /** Time-out, throttling, and the service's own faults. */
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

  private static final HttpHeaderName ERROR_CODE = HttpHeaderName.fromString("x-ms-error-code");

  private final StorageLimits limits;

  public StorageRequests(StorageLimits limits) {
    this.limits = limits;
  }

  /** A request of the SDK. */
  public interface Request<T> {
    /**
     * Sends it.
     *
     * @param unanswered attempts before this one, any of which may have had its effect
     */
    T send(int unanswered);
  }

  /**
   * Sends it until it is answered.
   *
   * @throws RuntimeException the SDK's own, of the last attempt
   */
  public <T> T run(Request<T> request) {
    for (int attempt = 0; ; attempt++) {
      try {
        return request.send(attempt);
      } catch (RuntimeException e) {
        if (attempt + 1 == limits.attempts() || !mayPass(e) || !paused(attempt + 1)) {
          throw e;
        }
      }
    }
  }

  /** The HTTP status of a failure, or 0 where there was no answer. */
  public static int status(RuntimeException e) {
    return e instanceof HttpResponseException answered && answered.getResponse() != null
        ? answered.getResponse().getStatusCode()
        : 0;
  }

  /** The service's own name of a failure, or empty where it gave none. */
  public static String code(RuntimeException e) {
    HttpResponse response = e instanceof HttpResponseException known ? known.getResponse() : null;
    String code = response == null ? null : response.getHeaderValue(ERROR_CODE);
    return code == null ? "" : code;
  }

  /** What a person can be told of a failure: no address, no header, no body. */
  public static String describe(RuntimeException e) {
    int status = status(e);
    return status == 0
        ? "no valid answer (" + kind(e) + ")"
        : ("status " + status + " " + code(e)).strip();
  }

  /** What went wrong first, such as a host that is not known, or an identity that is not there. */
  private static String kind(Throwable e) {
    Throwable first = e;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return first.getClass().getSimpleName();
  }

  private static boolean mayPass(RuntimeException e) {
    if (e instanceof MirrorException) {
      return false; // the request itself has judged what it was answered
    }
    int status = status(e);
    if (status != 0) {
      // A success that is reported as a failure had a body that could not be understood.
      return status < 300 || PASSING.contains(status);
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        return false;
      }
      if (cause instanceof AnswerRefusedException) {
        return false;
      }
      if (cause instanceof IOException
          || cause instanceof TimeoutException
          || cause instanceof HttpResponseException) {
        return true;
      }
    }
    return false;
  }

  /** Waits, not in step with other processes; false when the thread is to end. */
  private boolean paused(int attempt) {
    long millis = limits.pause(attempt).toMillis();
    try {
      Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
