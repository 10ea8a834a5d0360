package io.prumerge.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.finetune.Batches.RowSpool;
import io.prumerge.finetune.Batches.TokenStore;
import io.prumerge.reduction.Stage;
import io.prumerge.training.ReducedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows and visual tokens in temporary files. */
@Tag("spark")
class SpillTest {

  @TempDir private Path folder;

  @Test
  void rowsComeBackInAnyOrderWithoutTheBrokenOnes() throws IOException {
    int rows = 2500; // more than the index begins with
    String json =
        IntStream.range(0, rows)
            .mapToObj(
                i ->
                    "{\"id\": \"é%d\", \"conversations\": [{\"from\": \"human\", \"value\": \"%s\"},"
                            .formatted(i, "水".repeat(i % 5))
                        + " {\"from\": \"gpt\", \"value\": \"%d\"}]}".formatted(i))
            .collect(Collectors.joining(",", "[", "]"));
    Path file = Files.writeString(folder.resolve("t.json"), json);
    DataSource source = new DataSource(file.toUri().toString(), List.of("."), 2400);
    BitSet broken = new BitSet();
    broken.set(1);
    broken.set(2399);
    try (RowSpool spool = RowSpool.of(source, broken, new Configuration())) {
      assertThat(spool.count()).isEqualTo(2398);
      for (int i : new int[] {2397, 0, 1, 1200}) {
        int row = i == 0 ? 0 : i + 1;
        assertThat(spool.get(i))
            .isEqualTo(
                new Conversation(
                    row,
                    "é" + row,
                    "",
                    List.of(new ConversationTurn("水".repeat(row % 5), "" + row))));
      }
    }
  }

  @Test
  void tokensAreKeptAsLongAsThereIsRoom() throws IOException {
    ReducedImage three =
        new ReducedImage(Stage.AFTER_CONNECTOR, 1, 3, new float[] {1, -0f, Float.NaN});
    ReducedImage two =
        new ReducedImage(Stage.BEFORE_CONNECTOR, 2, 1, new float[] {3, 4}, new int[] {5, 2}, 7);
    try (TokenStore store = TokenStore.of(32)) {
      assertThat(store.find("a")).isEmpty();
      store.keep("a", three);
      store.keep("b", new ReducedImage(Stage.AFTER_CONNECTOR, 1, 4, new float[4])); // too large
      store.keep("c", two);
      assertThat(store.find("b")).isEmpty();
      ReducedImage found = store.find("a").orElseThrow();
      assertThat(found.stage()).isEqualTo(Stage.AFTER_CONNECTOR);
      assertThat(found.width()).isEqualTo(3);
      assertThat(found.values()).containsExactly(three.values());
      ReducedImage placed = store.find("c").orElseThrow();
      assertThat(placed.values()).containsExactly(3, 4);
      assertThat(placed.positions()).containsExactly(5, 2);
      assertThat(placed.span()).isEqualTo(7);
    }
  }
}
