package io.deltamirror.local.host;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP route such as {@code v1/items/{id}/status}. Letters match in either case, as on the
 * service.
 *
 * @param segments names in braces stand for one segment of any text
 */
record Route(List<String> segments) {
  Route {
    segments = List.copyOf(segments);
    for (String segment : segments) {
      boolean plain = !segment.contains("{") && !segment.contains("}");
      if (!plain && !segment.matches("\\{[A-Za-z][A-Za-z0-9]*}")) {
        throw new IllegalArgumentException("a route's segment of an unknown form: " + segment);
      }
    }
  }

  static Route parse(String prefix, String template) {
    List<String> segments = new ArrayList<>(split(prefix));
    segments.addAll(split(template));
    return new Route(segments);
  }

  /** The parameters, by name, when the path is of this route. */
  Optional<Map<String, String>> match(URI uri) {
    List<String> path = split(uri.getRawPath());
    if (path.size() != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < path.size(); i++) {
      String segment = segments.get(i);
      String text = decode(path.get(i));
      if (segment.startsWith("{")) {
        parameters.put(segment.substring(1, segment.length() - 1), text);
      } else if (!segment.equalsIgnoreCase(text)) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }

  /** Of two routes that match, the one with fewer parameters is meant. */
  long parameters() {
    return segments.stream().filter(segment -> segment.startsWith("{")).count();
  }

  private static List<String> split(String path) {
    return List.of(path.split("/")).stream().filter(segment -> !segment.isEmpty()).toList();
  }

  private static String decode(String segment) {
    // In a path, unlike in a query, a plus is a plus.
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "/" + String.join("/", segments);
  }
}
