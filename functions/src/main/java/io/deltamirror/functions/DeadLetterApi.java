package io.deltamirror.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import java.util.Optional;

/** Dead letters over HTTP. No answer holds the value of a row. */
public final class DeadLetterApi {
  private static final String LETTERS = MirroringApi.ITEM + "deadLetters";
  private static final String LETTER = LETTERS + "/{letter}";

  private final DeadLetterDesk desk;

  public DeadLetterApi(DeadLetterDesk desk) {
    this.desk = desk;
  }

  /** Takes {@code continuationToken} in the query. */
  @FunctionName("listDeadLetters")
  public HttpResponseMessage list(
      @HttpTrigger(
              name = "request",
              methods = {HttpMethod.GET, HttpMethod.POST},
              route = LETTERS,
              authLevel = AuthorizationLevel.FUNCTION)
          HttpRequestMessage<Optional<String>> request,
      @BindingName("id") String mirror,
      ExecutionContext context) {
    Optional<String> token =
        Optional.ofNullable(request.getQueryParameters().get(TablesAnswer.TOKEN));
    return Answers.answer(request, mirror, context, () -> Optional.of(desk.list(mirror, token)));
  }

  @FunctionName("getDeadLetter")
  public HttpResponseMessage show(
      @HttpTrigger(
              name = "request",
              methods = {HttpMethod.GET, HttpMethod.POST},
              route = LETTER,
              authLevel = AuthorizationLevel.FUNCTION)
          HttpRequestMessage<Optional<String>> request,
      @BindingName("id") String mirror,
      @BindingName("letter") String letter,
      ExecutionContext context) {
    return Answers.answer(request, mirror, context, () -> Optional.of(desk.show(mirror, letter)));
  }

  @FunctionName("replayDeadLetter")
  public HttpResponseMessage replay(
      @HttpTrigger(
              name = "request",
              methods = HttpMethod.POST,
              route = LETTER + "/replay",
              authLevel = AuthorizationLevel.FUNCTION)
          HttpRequestMessage<Optional<String>> request,
      @BindingName("id") String mirror,
      @BindingName("letter") String letter,
      ExecutionContext context) {
    return Answers.answer(request, mirror, context, () -> Optional.of(desk.replay(mirror, letter)));
  }

  @FunctionName("discardDeadLetter")
  public HttpResponseMessage discard(
      @HttpTrigger(
              name = "request",
              methods = HttpMethod.POST,
              route = LETTER + "/discard",
              authLevel = AuthorizationLevel.FUNCTION)
          HttpRequestMessage<Optional<String>> request,
      @BindingName("id") String mirror,
      @BindingName("letter") String letter,
      ExecutionContext context) {
    return Answers.answer(
        request, mirror, context, () -> Optional.of(desk.discard(mirror, letter)));
  }
}
