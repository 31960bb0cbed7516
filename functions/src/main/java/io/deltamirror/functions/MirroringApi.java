package io.deltamirror.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.control.MirrorControl;
import io.deltamirror.core.schema.TableName;
import java.util.Optional;

/**
 * The verbs of Fabric's mirrored databases. The item's id is the mirror's name; the workspace may
 * be any, as an app has only its own mirrors.
 */
public final class MirroringApi {
  static final String ITEM = "v1/workspaces/{workspace}/mirroredDatabases/{id}/";

  private final MirrorControl control;
  private final DeadLetterDesk letters;

  public MirroringApi(MirrorControl control, DeadLetterDesk letters) {
    this.control = control;
    this.letters = letters;
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
    return Answers.done(request, mirror, context, () -> control.start(mirror));
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
    return Answers.done(request, mirror, context, () -> control.stop(mirror));
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
    return Answers.answer(
        request,
        mirror,
        context,
        () -> Optional.of(control.status(mirror).withDeadLetters(letters.count(mirror))));
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
    return Answers.answer(
        request,
        mirror,
        context,
        () -> Optional.of(TablesAnswer.of(control.tables(mirror, token), request.getUri())));
  }

  /** Takes {@code sourceSchemaName} and {@code sourceTableName} in the query. */
  @FunctionName("resumeTable")
  public HttpResponseMessage resume(
      @HttpTrigger(
              name = "request",
              methods = HttpMethod.POST,
              route = ITEM + "resumeTable",
              authLevel = AuthorizationLevel.FUNCTION)
          HttpRequestMessage<Optional<String>> request,
      @BindingName("id") String mirror,
      ExecutionContext context) {
    return Answers.done(request, mirror, context, () -> control.resume(mirror, table(request)));
  }

  /** Takes {@code sourceSchemaName} and {@code sourceTableName} in the query. */
  @FunctionName("reseedTable")
  public HttpResponseMessage reseed(
      @HttpTrigger(
              name = "request",
              methods = HttpMethod.POST,
              route = ITEM + "reseedTable",
              authLevel = AuthorizationLevel.FUNCTION)
          HttpRequestMessage<Optional<String>> request,
      @BindingName("id") String mirror,
      ExecutionContext context) {
    return Answers.done(request, mirror, context, () -> control.reseed(mirror, table(request)));
  }

  private static TableName table(HttpRequestMessage<?> request) {
    return new TableName(
        parameter(request, "sourceSchemaName"), parameter(request, "sourceTableName"));
  }

  private static String parameter(HttpRequestMessage<?> request, String name) {
    String value = request.getQueryParameters().get(name);
    if (value == null || value.isEmpty()) {
      throw new MirrorException(ErrorCode.INVALID_ARGUMENT, name + " is missing in the query");
    }
    return value;
  }
}
