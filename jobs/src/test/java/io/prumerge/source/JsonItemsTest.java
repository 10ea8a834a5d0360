package io.prumerge.source;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonItemsTest {

  @TempDir private Path folder;

  @Test
  void anEncodingThatNobodyUsesIsAFaultOfTheFile() throws IOException {
    byte[] bytes = {(byte) 0xFE, (byte) 0xFF, 0, 0, '{', '}'}; // UTF-32 in the order 3412
    Path file = Files.write(folder.resolve("data.json"), bytes);
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toUri());
    Configuration hadoop = new Configuration();

    assertThatThrownBy(() -> JsonItems.arrayIn(path, "data", hadoop, line -> {}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("data.json");
    assertThatThrownBy(() -> JsonItems.array(path, hadoop, line -> {}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("data.json");
  }
}
