package io.deltamirror.lake.verify;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A 64-bit hash of bytes; different seeds give independent ones. Eight bytes at a time are mixed in
 * by a step that is a bijection of the state, so that inputs of the same length that differ in one
 * word never collide. Meant to find errors, not to withstand an attacker.
 */
final class RowHash {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long STEP = 0x9E37_79B9_7F4A_7C15L;
  private static final long FINISH = 0xD6E8_FEB8_6659_FD93L;

  private RowHash() {}

  static long of(long seed, byte[] bytes, int from, int to) {
    long state = mix(seed, to - from);
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      state = mix(state, (long) WORD.get(bytes, at));
    }
    long rest = 0;
    for (int shift = 0; at < to; at++, shift += Byte.SIZE) {
      rest |= (bytes[at] & 0xFFL) << shift;
    }
    return finish(mix(state, rest));
  }

  private static long mix(long state, long word) {
    long next = (state ^ word) * STEP;
    return next ^ next >>> 29;
  }

  private static long finish(long state) {
    long next = (state ^ state >>> 32) * FINISH;
    next = (next ^ next >>> 32) * FINISH;
    return next ^ next >>> 32;
  }
}
