package io.deltamirror.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.control.MirrorControl;
import io.deltamirror.core.json.Json;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;

/**
 * The verbs of Fabric's mirrored databases. The item's id is the mirror's name; the workspace may
 * be any, as an app has only its own mirrors.
 */
public final class MirroringApi {
  private static final String ITEM = "v1/workspaces/{workspace}/mirroredDatabases/{id}/";

  private final MirrorControl control;

  public MirroringApi(MirrorControl control) {
    this.control = control;
  }

  @FunctionName("startMirroring")
  public HttpResponseMessage start(
      @HttpTrigger(
              name = "request",
              methods = HttpMethod.POST,
              route = ITEM + "startMirroring",
              authLevel = AuthorizationLevel.FUNCTION)
          HttpRequestMessage<Optional<String>> request,
      @BindingName("id") String mirror,
      ExecutionContext context) {
    return answer(
        request,
        mirror,
        context,
        () -> {
          control.start(mirror);
          return Optional.empty();
        });
  }

  @FunctionName("stopMirroring")
  public HttpResponseMessage stop(
      @HttpTrigger(
              name = "request",
              methods = HttpMethod.POST,
              route = ITEM + "stopMirroring",
              authLevel = AuthorizationLevel.FUNCTION)
          HttpRequestMessage<Optional<String>> request,
      @BindingName("id") String mirror,
      ExecutionContext context) {
    return answer(
        request,
        mirror,
        context,
        () -> {
          control.stop(mirror);
          return Optional.empty();
        });
  }

  @FunctionName("getMirroringStatus")
  public HttpResponseMessage status(
      @HttpTrigger(
              name = "request",
              methods = {HttpMethod.GET, HttpMethod.POST},
              route = ITEM + "getMirroringStatus",
              authLevel = AuthorizationLevel.FUNCTION)
          HttpRequestMessage<Optional<String>> request,
      @BindingName("id") String mirror,
      ExecutionContext context) {
    return answer(request, mirror, context, () -> Optional.of(control.status(mirror)));
  }

  /** Takes {@code continuationToken} in the query. */
  @FunctionName("getTablesMirroringStatus")
  public HttpResponseMessage tables(
      @HttpTrigger(
              name = "request",
              methods = {HttpMethod.GET, HttpMethod.POST},
              route = ITEM + "getTablesMirroringStatus",
              authLevel = AuthorizationLevel.FUNCTION)
          HttpRequestMessage<Optional<String>> request,
      @BindingName("id") String mirror,
      ExecutionContext context) {
    Optional<String> token =
        Optional.ofNullable(request.getQueryParameters().get(TablesAnswer.TOKEN));
    return answer(
        request,
        mirror,
        context,
        () -> Optional.of(TablesAnswer.of(control.tables(mirror, token), request.getUri())));
  }

  private static HttpResponseMessage answer(
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
      context.getLogger().log(Level.WARNING, e.code() + ": " + e.getMessage(), e.getCause());
      return problem(request, mirror, context, e.code(), e.getMessage());
    } catch (RuntimeException e) {
      context.getLogger().log(Level.SEVERE, "unexpected", e);
      return problem(request, mirror, context, ErrorCode.INTERNAL, ErrorCode.INTERNAL.summary());
    }
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
