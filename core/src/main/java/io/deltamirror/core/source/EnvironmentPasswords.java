package io.deltamirror.core.source;

import io.deltamirror.core.state.MirrorDefinition.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Passwords as psql finds them: the variable that the definition names, then {@code PGPASSWORD},
 * then the password file ({@code PGPASSFILE} or {@code ~/.pgpass}; libpq, "The Password File").
 */
public final class EnvironmentPasswords implements PasswordSource {
  private final Map<String, String> environment;
  private final Path home;

  public EnvironmentPasswords(Map<String, String> environment, Path home) {
    this.environment = Map.copyOf(environment);
    this.home = home;
  }

  /** With this process's environment and home folder. */
  public static EnvironmentPasswords ofProcess() {
    return new EnvironmentPasswords(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  @Override
  public Optional<String> password(Source source) {
    if (source.passwordVariable().isPresent()) {
      return Optional.ofNullable(environment.get(source.passwordVariable().get()));
    }
    String direct = environment.get("PGPASSWORD");
    return direct != null ? Optional.of(direct) : fromFile(source);
  }

  private Optional<String> fromFile(Source source) {
    String named = environment.get("PGPASSFILE");
    Path file = named == null ? home.resolve(".pgpass") : Path.of(named);
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> !line.startsWith("#"))
          .map(PasswordLine::parse)
          .filter(fields -> fields.size() == 5 && matches(fields, source))
          .map(fields -> fields.get(4))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean matches(List<String> fields, Source source) {
    List<String> wanted =
        List.of(source.host(), "" + source.port(), source.database(), source.user());
    for (int i = 0; i < wanted.size(); i++) {
      if (!fields.get(i).equals("*") && !fields.get(i).equals(wanted.get(i))) {
        return false;
      }
    }
    return true;
  }
}
