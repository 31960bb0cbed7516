package io.deltamirror.core.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.exception.HttpResponseException;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StorageRequestsTest {
  private static final int ATTEMPTS = 4;

  private final StorageRequests requests =
      new StorageRequests(
          new StorageLimits(
              ATTEMPTS,
              Duration.ofMillis(1),
              Duration.ofMillis(2),
              Duration.ofSeconds(1),
              Duration.ofSeconds(1),
              1000));
  private final AtomicInteger sent = new AtomicInteger();

  private void run(RuntimeException failure) {
    assertThatThrownBy(
            () ->
                requests.run(
                    unanswered -> {
                      sent.incrementAndGet();
                      throw failure;
                    }))
        .isSameAs(failure);
  }

  @Test
  void whatWasNotAnsweredIsSentAgain() {
    run(new UncheckedIOException(new ConnectException()));
    assertThat(sent).hasValue(ATTEMPTS);
  }

  @Test
  void whatTheRequestHasJudgedIsNotSentAgain() {
    run(
        new MirrorException(
            ErrorCode.STATE_UNAVAILABLE,
            "written by another one; whether by us before, is unknown",
            new HttpResponseException("412", null)));
    assertThat(sent).hasValue(1);
  }

  @Test
  void aFailureWithoutAnswerIsNamedByItsCauseAlone() {
    String described =
        StorageRequests.describe(
            new UncheckedIOException("secret", new ConnectException("secret")));
    assertThat(described).isEqualTo("no valid answer (ConnectException)");
  }
}
