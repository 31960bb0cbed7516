package io.deltamirror.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LocatorCacheTest {
  private static final DataFile FILE = new DataFile("a", 1);

  private final LocatorCache cache = new LocatorCache(10_000);

  @Test
  void dropsWhatWasNotUsedForLongest() {
    KeyValues page = page(50_000);
    for (int i = 0; i < 20; i++) {
      cache.putPage(FILE, i, page);
      cache.page(FILE, 0);
    }

    assertThat(cache.page(FILE, 0)).isSameAs(page);
    assertThat(cache.page(FILE, 19)).isSameAs(page);
    assertThat(cache.page(FILE, 1)).isNull();
    assertThat(cache.weight()).isBetween(9_000L, 10_000L);
  }

  @Test
  void keepsFilesApart() {
    cache.putPage(FILE, 4, page(1));

    assertThat(cache.page(new DataFile("b", 1), 4)).isNull();
    assertThat(cache.index(FILE)).isNull();
  }

  @Test
  void countsAReplacedEntryOnce() {
    cache.putPage(FILE, 4, page(50_000));
    long once = cache.weight();
    cache.putPage(FILE, 4, page(50_000));

    assertThat(cache.weight()).isEqualTo(once);
  }

  @Test
  void doesNotEmptyItselfForWhatDoesNotFit() {
    cache.putPage(FILE, 4, page(1));
    cache.putPage(FILE, 5, new LongValues(LongStream.range(0, 10_000).map(i -> i << 20).toArray()));

    assertThat(cache.page(FILE, 4)).isNotNull();
    assertThat(cache.page(FILE, 5)).isNull();
  }

  @Test
  void refusesANegativeCapacity() {
    assertThatIllegalArgumentException().isThrownBy(() -> new LocatorCache(-1));
  }

  /** A page of 100 values this far apart. */
  private static KeyValues page(long distance) {
    return new LongValues(LongStream.range(0, 100).map(i -> i * distance).toArray());
  }
}
