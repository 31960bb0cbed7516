package io.deltamirror.core.source;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A short stand-in for a long text that is compared for equality only; the same in all processes.
 *
 * @param value not negative, and not 0
 */
record Fingerprint(long value) {

  static Fingerprint of(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return new Fingerprint(Math.max(1, ByteBuffer.wrap(hash).getLong() & Long.MAX_VALUE));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JRE has SHA-256", e);
    }
  }
}
