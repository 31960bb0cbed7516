package io.deltamirror.core.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.HubEvent.ChangeBatch;

/** Any bytes: read, or refused with a code; never another exception, never without end. */
class ChangeReaderFuzzTest {
  @FuzzTest
  void anyBodyIsReadOrRefused(byte[] body) {
    try {
      if (EventCodec.decode(body) instanceof ChangeBatch batch) {
        try (ChangeReader reader = new ChangeReader(batch)) {
          while (reader.hasNext()) {
            reader.next();
          }
        }
      }
    } catch (MirrorException e) {
      assertThat(e.code()).isIn(ErrorCode.MALFORMED_EVENT, ErrorCode.UNSUPPORTED_DATA_TYPE);
    }
  }
}
