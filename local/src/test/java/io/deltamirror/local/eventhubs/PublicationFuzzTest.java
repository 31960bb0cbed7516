package io.deltamirror.local.eventhubs;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/**
 * Any bytes: taken apart into events that fit where they are to go, or refused; never another
 * exception.
 */
class PublicationFuzzTest {
  private static final LogPosition LARGEST =
      new LogPosition(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

  @FuzzTest
  void anyMessageIsReadOrRefused(byte[] message) {
    parse(message, 0);
    parse(message, Publication.BATCH_FORMAT);
  }

  private static void parse(byte[] message, int format) {
    try {
      for (PublishedEvent event : Publication.parse(ByteBuffer.wrap(message), format).events()) {
        ByteBuffer out = ByteBuffer.allocate(event.maxLength());
        event.encode(LARGEST, out);
        assertThat(out.position()).isPositive();
      }
    } catch (MalformedMessageException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
