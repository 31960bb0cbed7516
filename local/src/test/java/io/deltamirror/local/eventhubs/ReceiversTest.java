package io.deltamirror.local.eventhubs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiversTest {
  private final Receivers receivers = new Receivers();

  private static final class Recorded implements Receiver {
    private final String group;
    private final Long epoch;
    private final List<AmqpFault> disconnects = new ArrayList<>();
    private int wakes;

    Recorded(String group, Long epoch) {
      this.group = group;
      this.epoch = epoch;
    }

    @Override
    public String consumerGroup() {
      return group;
    }

    @Override
    public Long epoch() {
      return epoch;
    }

    @Override
    public void wake() {
      wakes++;
    }

    @Override
    public void disconnect(AmqpFault reason) {
      disconnects.add(reason);
    }
  }

  private Recorded admit(String group, Long epoch) throws AmqpFaultException {
    Recorded receiver = new Recorded(group, epoch);
    receivers.admit(receiver);
    return receiver;
  }

  @Test
  void sameOrHigherEpochTakesOver() throws AmqpFaultException {
    Recorded first = admit("g", 1L);
    Recorded second = admit("g", 1L);
    Recorded third = admit("g", 2L);

    assertThat(first.disconnects)
        .extracting(AmqpFault::condition)
        .containsExactly("amqp:link:stolen");
    assertThat(second.disconnects)
        .extracting(AmqpFault::condition)
        .containsExactly("amqp:link:stolen");
    assertThat(third.disconnects).isEmpty();
  }

  @Test
  void lowerOrNoEpochIsRefusedAndChangesNothing() throws AmqpFaultException {
    Recorded owner = admit("g", 5L);

    assertThatThrownBy(() -> admit("g", 4L)).hasMessageContaining("amqp:link:stolen");
    assertThatThrownBy(() -> admit("g", null)).hasMessageContaining("amqp:link:stolen");

    assertThat(owner.disconnects).isEmpty();
  }

  @Test
  void epochDisplacesAllThatShare() throws AmqpFaultException {
    Recorded one = admit("g", null);
    Recorded two = admit("g", null);

    admit("g", 0L);

    assertThat(one.disconnects).hasSize(1);
    assertThat(two.disconnects).hasSize(1);
  }

  @Test
  void fiveMayShareAndARemovedOneMakesRoom() throws AmqpFaultException {
    Recorded first = admit("g", null);
    for (int i = 1; i < 5; i++) {
      admit("g", null);
    }

    assertThatThrownBy(() -> admit("g", null)).hasMessageContaining("amqp:resource-limit-exceeded");
    receivers.remove(first);
    assertThatCode(() -> admit("g", null)).doesNotThrowAnyException();
  }

  @Test
  void consumerGroupsDoNotAffectEachOther() throws AmqpFaultException {
    Recorded one = admit("one", 1L);
    Recorded two = admit("two", 2L);

    assertThat(one.disconnects).isEmpty();
    assertThat(two.disconnects).isEmpty();
  }

  @Test
  void wakesThoseThatAreIn() throws AmqpFaultException {
    Recorded stays = admit("g", null);
    Recorded goes = admit("g", null);
    receivers.remove(goes);

    receivers.wake();

    assertThat(stays.wakes).isEqualTo(1);
    assertThat(goes.wakes).isZero();
  }
}
