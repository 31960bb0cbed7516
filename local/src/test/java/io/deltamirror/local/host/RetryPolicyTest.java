package io.deltamirror.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.azure.functions.annotation.ExponentialBackoffRetry;
import com.microsoft.azure.functions.annotation.FixedDelayRetry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  static class Functions {
    public void none() {}

    @FixedDelayRetry(maxRetryCount = 2, delayInterval = "00:01:30")
    public void fixed() {}

    @ExponentialBackoffRetry(
        maxRetryCount = -1,
        minimumInterval = "00:00:00.5",
        maximumInterval = "00:00:03")
    public void growing() {}

    @FixedDelayRetry(maxRetryCount = 1, delayInterval = "5s")
    public void wrong() {}
  }

  @Test
  void functionWithoutAPolicyIsNotRepeated() throws Exception {
    assertThat(policy("none").allows(0)).isFalse();
  }

  @Test
  void fixedDelayIsTheSameUntilRetriesAreUsedUp() throws Exception {
    RetryPolicy policy = policy("fixed");

    assertThat(policy.allows(1)).isTrue();
    assertThat(policy.allows(2)).isFalse();
    assertThat(policy.delay(0)).isEqualTo(Duration.ofSeconds(90));
    assertThat(policy.delay(1)).isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  void growingDelayDoublesUpToItsBoundAndMinusOneHasNoEnd() throws Exception {
    RetryPolicy policy = policy("growing");

    assertThat(policy.allows(Integer.MAX_VALUE)).isTrue();
    assertThat(policy.delay(0)).isEqualTo(Duration.ofMillis(500));
    assertThat(policy.delay(1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(policy.delay(2)).isEqualTo(Duration.ofSeconds(2));
    assertThat(policy.delay(3)).isEqualTo(Duration.ofSeconds(3));
    assertThat(policy.delay(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void otherFormsOfADurationAreRefused() {
    assertThatThrownBy(() -> policy("wrong")).isInstanceOf(IllegalArgumentException.class);
  }

  private static RetryPolicy policy(String method) throws NoSuchMethodException {
    return RetryPolicy.of(Functions.class.getMethod(method));
  }
}
