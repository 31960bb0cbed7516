package io.deltamirror.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.Printable;
import io.deltamirror.core.json.Json;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;

/** How calls over HTTP are answered: what the call gives as JSON, or a problem. */
final class Answers {
  private Answers() {}

  static HttpResponseMessage answer(
      HttpRequestMessage<?> request,
      String mirror,
      ExecutionContext context,
      Supplier<Optional<Object>> call) {
    try {
      var answer = request.createResponseBuilder(HttpStatus.OK);
      call.get()
          .ifPresent(
              body -> answer.header("Content-Type", "application/json").body(Json.write(body)));
      return answer.build();
    } catch (MirrorException e) {
      String message = e.code() + ": " + Printable.line(String.valueOf(e.getMessage()));
      context.getLogger().log(Level.WARNING, message, e.getCause());
      return problem(request, mirror, context, e.code(), e.getMessage());
    } catch (RuntimeException e) {
      context.getLogger().log(Level.SEVERE, "unexpected", e);
      return problem(request, mirror, context, ErrorCode.INTERNAL, ErrorCode.INTERNAL.summary());
    }
  }

  /** Answers a call that gives nothing back. */
  static HttpResponseMessage done(
      HttpRequestMessage<?> request, String mirror, ExecutionContext context, Runnable call) {
    return answer(
        request,
        mirror,
        context,
        () -> {
          call.run();
          return Optional.empty();
        });
  }

  private static HttpResponseMessage problem(
      HttpRequestMessage<?> request,
      String mirror,
      ExecutionContext context,
      ErrorCode code,
      String message) {
    Problem problem = Problem.of(code, message, context.getInvocationId(), mirror);
    return request
        .createResponseBuilder(problem.httpStatus())
        .header("Content-Type", Problem.CONTENT_TYPE)
        .body(Json.write(problem))
        .build();
  }
}
