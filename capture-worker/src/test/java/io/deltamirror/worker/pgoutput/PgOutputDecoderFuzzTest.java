package io.deltamirror.worker.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.nio.ByteBuffer;

/** Any bytes: read, or refused with a code; never another exception, never memory without end. */
class PgOutputDecoderFuzzTest {
  @FuzzTest
  void anyMessageIsReadOrRefused(byte[] message) {
    try {
      new PgOutputDecoder().decode(ByteBuffer.wrap(message), new HeardMessages());
    } catch (MirrorException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_EVENT);
    }
  }
}
