package io.deltamirror.local.cli;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.state.MirrorDefinition.Source;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A source as it is written on the command line: {@code postgresql://user@host:port/db}. */
final class SourceUri {
  private static final int DEFAULT_PORT = 5432;

  private SourceUri() {}

  /**
   * Reads the URI.
   *
   * @throws MirrorException {@code INVALID_ARGUMENT}; the message repeats no password
   */
  static Source parse(String text, Optional<String> passwordVariable) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw invalid("is not a URI like postgresql://user@host:5432/db", null);
    }
    String user = uri.getRawUserInfo();
    if (!"postgresql".equals(uri.getScheme()) && !"postgres".equals(uri.getScheme())) {
      throw invalid("must start with postgresql://", null);
    }
    if (uri.getHost() == null || user == null || uri.getPath().length() < 2) {
      throw invalid("must name user, host and database: postgresql://user@host:5432/db", null);
    }
    if (user.contains(":")) {
      throw invalid(
          "must not hold a password: use PGPASSWORD, ~/.pgpass or --password-env NAME", null);
    }
    if (uri.getQuery() != null) {
      throw invalid("takes no parameters", null);
    }
    String host = uri.getHost().replaceAll("^\\[|\\]$", "");
    return new Source(
        host,
        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
        uri.getPath().substring(1),
        URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8),
        passwordVariable);
  }

  private static MirrorException invalid(String why, Throwable cause) {
    return new MirrorException(ErrorCode.INVALID_ARGUMENT, "--source " + why, cause);
  }
}
