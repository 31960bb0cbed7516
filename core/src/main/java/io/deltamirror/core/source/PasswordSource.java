package io.deltamirror.core.source;

import io.deltamirror.core.state.MirrorDefinition.Source;
import java.util.Optional;

/** Where a source's password comes from; it is asked for at each connection and kept nowhere. */
@FunctionalInterface
public interface PasswordSource {
  /** The password, or empty where the server asks for none. */
  Optional<String> password(Source source);
}
