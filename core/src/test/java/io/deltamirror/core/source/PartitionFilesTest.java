package io.deltamirror.core.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.source.PartitionFiles.Leaf;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PartitionFilesTest {
  private static final Leaf TOLD = new Leaf(11, "5", true);
  private static final Leaf FILLED = new Leaf(11, "5", false);

  private static PartitionFiles files(Map<Long, Leaf> leaves) {
    return PartitionFiles.of(leaves);
  }

  private static PartitionFiles again(PartitionFiles files) {
    return PartitionFiles.parse(files.toString());
  }

  @Test
  void aPartitionThatTheStreamHasShownIsMissedWhenItIsDropped() {
    PartitionFiles before = files(Map.of());
    PartitionFiles seen = files(Map.of(11L, TOLD));
    assertThat(before.until(before)).isEmpty();
    PartitionFiles recorded = again(before.with(Set.of(11L), seen));
    assertThat(recorded.until(seen)).isEmpty();
    assertThat(recorded.until(before)).isPresent();
  }

  @Test
  void aPartitionThatCameWithRowsOrIsGoneAlreadyIsAChangeWhateverFollows() {
    PartitionFiles before = files(Map.of());
    PartitionFiles seen = files(Map.of(11L, FILLED));
    for (PartitionFiles now : new PartitionFiles[] {seen, before}) {
      PartitionFiles recorded = again(before.with(Set.of(11L), now));
      assertThat(recorded.until(seen)).isPresent();
      assertThat(recorded.until(before)).isPresent();
    }
  }

  @Test
  void whatTheSnapshotOfACopySeesCountsAndWhatItDoesNotSeeStays() {
    PartitionFiles recorded =
        again(files(Map.of()).with(Set.of(11L, 12L), files(Map.of(11L, FILLED, 12L, TOLD))));
    PartitionFiles snapshot = files(Map.of(11L, FILLED, 13L, FILLED));
    PartitionFiles place = again(recorded.under(snapshot));
    assertThat(place.until(files(Map.of(11L, FILLED, 12L, TOLD, 13L, FILLED)))).isEmpty();
    assertThat(place.until(snapshot)).as("12 was dropped, its rows came").isPresent();
  }
}
