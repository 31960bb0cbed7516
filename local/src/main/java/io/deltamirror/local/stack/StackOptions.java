package io.deltamirror.local.stack;

import java.nio.file.Path;

/**
 * How the one-process stack is set up.
 *
 * @param lake folder of the Delta tables
 * @param state folder of everything the stack must remember: mirrors, offsets, the hubs' events
 * @param httpPort of the HTTP functions on loopback; 0 for a free one
 * @param partitions of the hub {@code changes}
 */
public record StackOptions(Path lake, Path state, int httpPort, int partitions) {
  /** As many as are of use on a small machine. */
  public static final int DEFAULT_PARTITIONS = 4;

  /** The port of the Functions host, as its users know it. */
  public static final int DEFAULT_HTTP_PORT = 7071;

  public static StackOptions of(Path lake, Path state, int httpPort) {
    return new StackOptions(lake, state, httpPort, DEFAULT_PARTITIONS);
  }
}
