package io.deltamirror.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.lake.parquet.Stretches.Stretch;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndexBuilder;
import org.apache.parquet.io.ParquetDecodingException;
import org.junit.jupiter.api.Test;

class StretchesTest {

  /** A column whose pages have so many rows and bytes each. */
  private static OffsetIndex pages(int rows, int pageRows, int pageBytes) {
    OffsetIndexBuilder builder = OffsetIndexBuilder.getBuilder();
    for (int row = 0; row < rows; row += pageRows) {
      builder.add(pageBytes, Math.min(pageRows, rows - row));
    }
    return builder.build();
  }

  private static List<Stretch> stretches(long rows, long mostBytes, OffsetIndex... columns) {
    return new Stretches(List.of(columns), rows, mostBytes).all();
  }

  private static List<Stretch> each(long rows, long length) {
    return LongStream.range(0, (rows + length - 1) / length)
        .mapToObj(i -> new Stretch(i * length, Math.min(rows, (i + 1) * length)))
        .toList();
  }

  @Test
  void smallRowGroupIsOne() {
    assertThat(stretches(5_000, 1_000, pages(5_000, 1_000, 100))).isEqualTo(each(5_000, 5_000));
  }

  @Test
  void rowGroupWithoutRowsHasNone() {
    assertThat(stretches(0, 1_000)).isEmpty();
  }

  @Test
  void endsWherePagesEnd() {
    assertThat(stretches(5_000, 250, pages(5_000, 1_000, 100))).isEqualTo(each(5_000, 2_000));
  }

  @Test
  void largeRowsComeByTheHandfulBesideSmallOnes() {
    assertThat(stretches(1_000, 1_000, pages(1_000, 1, 100), pages(1_000, 1_000, 50)))
        .isEqualTo(each(1_000, 9));
  }

  @Test
  void aPageLargerThanAllMayBeIsOneWithANeighbour() {
    assertThat(stretches(60, 1_000, pages(60, 10, 5_000))).isEqualTo(each(60, 20));
  }

  /** Else the many pages of each row would be read again for every few of them. */
  @Test
  void pagesOfManyColumnsThatAreTooLargeTogetherAreReadForManyRows() {
    OffsetIndex[] columns = new OffsetIndex[100];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = pages(10_000, 1_000 - i, 100);
    }

    List<Stretch> stretches = stretches(10_000, 1_000, columns);

    assertThat(stretches).hasSizeLessThan(15);
    assertThat(stretches.get(0).from()).isZero();
    for (int i = 1; i < stretches.size(); i++) {
      assertThat(stretches.get(i).from()).isEqualTo(stretches.get(i - 1).to());
    }
    assertThat(stretches.get(stretches.size() - 1).to()).isEqualTo(10_000);
  }

  @Test
  void pagesOfVeryManyRowsAreCut() {
    assertThat(stretches(200_000, 1_000, pages(200_000, 200_000, 10)))
        .isEqualTo(each(200_000, 1 << 16));
    assertThat(stretches(200_000, 1_000, pages(200_000, 150_000, 10)))
        .isEqualTo(each(200_000, 1 << 16));
  }

  @Test
  void pageBehindTheLastRowIsDamage() {
    OffsetIndex column = pages(20, 10, 5);

    assertThatThrownBy(() -> stretches(10, 1_000, column))
        .isInstanceOf(ParquetDecodingException.class);
  }
}
