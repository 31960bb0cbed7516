package io.deltamirror.local.eventhubs;

import java.util.Map;

/**
 * {@code $cbs}, where a client presents its tokens before it attaches a link. Any token will do:
 * whoever can reach loopback can read the files as well.
 */
final class TokenNode implements RequestNode {
  @Override
  public Response answer(Map<String, Object> request) {
    return "put-token".equals(request.get("operation"))
        ? Response.of(202, "Accepted", Map.of())
        : Response.of(400, "BadRequest", Map.of());
  }
}
