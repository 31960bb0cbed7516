package io.deltamirror.local.host;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import io.deltamirror.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests by the functions whose routes they match, and problems (RFC 9457) where it
 * cannot. Thread-safe.
 */
final class HttpRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(HttpRoutes.class);

  private record Endpoint(Function function, Trigger.Http trigger) {
    boolean takes(HttpMethod method) {
      return trigger.methods().isEmpty() || trigger.methods().contains(method);
    }
  }

  private record Match(Endpoint endpoint, Map<String, String> parameters) {}

  private final List<Endpoint> endpoints;
  private final Optional<String> functionKey;

  HttpRoutes(List<Function> functions, Optional<String> functionKey) {
    this.endpoints =
        functions.stream()
            .filter(function -> function.definition().trigger() instanceof Trigger.Http)
            .map(f -> new Endpoint(f, (Trigger.Http) f.definition().trigger()))
            .sorted(Comparator.comparing(endpoint -> endpoint.trigger().route().parameters()))
            .toList();
    this.functionKey = functionKey;
  }

  HttpResponseMessage answer(LocalRequest request) {
    List<Match> matches =
        endpoints.stream()
            .flatMap(
                endpoint ->
                    endpoint.trigger().route().match(request.getUri()).stream()
                        .map(parameters -> new Match(endpoint, parameters)))
            .toList();
    if (matches.isEmpty()) {
      return problem(HttpStatus.NOT_FOUND, "There is nothing at this path.");
    }
    Optional<Match> match =
        matches.stream().filter(m -> m.endpoint().takes(request.getHttpMethod())).findFirst();
    if (match.isEmpty()) {
      return notAllowed(matches);
    }
    if (match.get().endpoint().trigger().keyed() && !hasKey(request)) {
      return problem(HttpStatus.UNAUTHORIZED, "The function key is missing or wrong.");
    }
    return call(match.get(), request);
  }

  private static HttpResponseMessage call(Match match, LocalRequest request) {
    Function function = match.endpoint().function();
    Map<String, Object> metadata = new LinkedHashMap<>(match.parameters());
    String invocation = UUID.randomUUID().toString();
    try {
      return (HttpResponseMessage) function.call(new TriggerData(request, metadata), invocation, 0);
    } catch (InvocationFailedException e) {
      LOG.error("Invocation {}", invocation, e);
      return problem(
          HttpStatus.INTERNAL_SERVER_ERROR, "The log has more, under " + invocation + ".");
    }
  }

  /** The service takes the key from either place. */
  private boolean hasKey(LocalRequest request) {
    if (functionKey.isEmpty()) {
      return true;
    }
    String given =
        request
            .getHeaders()
            .getOrDefault("x-functions-key", request.getQueryParameters().getOrDefault("code", ""));
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), functionKey.get().getBytes(StandardCharsets.UTF_8));
  }

  private static HttpResponseMessage notAllowed(List<Match> matches) {
    TreeSet<String> allowed = new TreeSet<>();
    matches.forEach(
        match -> match.endpoint().trigger().methods().forEach(m -> allowed.add(m.name())));
    return problemBuilder(HttpStatus.METHOD_NOT_ALLOWED, "This path has other methods.")
        .header("Allow", String.join(", ", allowed))
        .build();
  }

  static LocalResponse problem(HttpStatus status, String detail) {
    return problemBuilder(status, detail).build();
  }

  private static LocalResponse.Builder problemBuilder(HttpStatus status, String detail) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", "about:blank");
    members.put("title", status.name().replace('_', ' '));
    members.put("status", status.value());
    members.put("detail", detail);
    return new LocalResponse.Builder(status)
        .header("Content-Type", "application/problem+json")
        .body(Json.write(members));
  }
}
