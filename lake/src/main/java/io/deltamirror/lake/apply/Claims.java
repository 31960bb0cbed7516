package io.deltamirror.lake.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.deltamirror.core.change.EventCodec;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.json.Json;
import java.util.Map;
import java.util.Optional;

/**
 * What an event that cannot be used claims to be, as far as its header can be read.
 *
 * @param mirror whatever is written there
 * @param oid of its table
 * @param last position of its last change
 * @param isMark whether it is no batch, but a mark of a seed or of time, which is sent again
 */
record Claims(
    Optional<String> mirror, Optional<Long> oid, Optional<Position> last, boolean isMark) {

  static Claims of(byte[] body) {
    Map<String, String> header = EventCodec.peek(body);
    String kind = header.getOrDefault("mirror.kind", "");
    return new Claims(
        Optional.ofNullable(header.get("mirror.name")),
        Optional.ofNullable(header.get("mirror.table")).flatMap(Claims::oid),
        Optional.ofNullable(header.get("mirror.last")).flatMap(Claims::position),
        kind.startsWith("seed-") || kind.equals("watermark") || kind.equals("table-dropped"));
  }

  /** A batch has its table's whole description, a mark its OID alone. */
  private static Optional<Long> oid(String table) {
    try {
      JsonNode node = Json.mapper().readTree(table);
      JsonNode oid = node.isObject() ? node.path("oid") : node;
      return oid.isIntegralNumber() && oid.canConvertToLong() && oid.asLong() > 0
          ? Optional.of(oid.asLong())
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Optional<Position> position(String text) {
    try {
      return Optional.of(Position.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
