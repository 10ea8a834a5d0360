package io.prumerge.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.family.Families;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The first Qwen-VL's vocabulary, against its authors' tokenizer; see notebooks/goldens. */
class TiktokenFileTest {

  private static final String STRINGS = "QWEN_STRINGS";

  @TempDir private Path folder;

  @BeforeEach
  void copyTheVocabulary() throws IOException {
    for (String name : List.of(TiktokenFile.NAME, TokenizerSettings.FILE)) {
      Files.copy(Goldens.path("first-qwen/base/" + name), folder.resolve(name));
    }
  }

  @Test
  void readsAndWritesAsTheAuthorsTokenizer() throws IOException {
    assertThat(compared(folder, Goldens.json("first-qwen/texts.json"))).isEqualTo(150);
  }

  /**
   * The published vocabulary, 10,000 strings. It is no part of this repository:
   * make_first_qwen_goldens.py writes both to the folder that the variable names.
   */
  @Test
  @EnabledIfEnvironmentVariable(named = STRINGS, matches = ".+")
  void readsThePublishedVocabulary() throws IOException {
    Path published = Path.of(System.getenv(STRINGS));
    JsonNode texts = TokenizerGoldens.MAPPER.readTree(published.resolve("texts.json").toFile());
    assertThat(compared(published, texts)).isEqualTo(10_000);
  }

  private static int compared(Path folder, JsonNode golden) {
    int compared = 0;
    try (LlavaTokenizer tokenizer = LlavaTokenizer.load(folder, Families.tokenizers())) {
      int image = tokenizer.encode("<img>")[0];
      for (JsonNode row : golden.get("texts")) {
        int[] ids = Goldens.ints(row.get(1));
        String text = row.get(0).textValue();
        assertThat(tokenizer.encode(text)).as("'%s'", text).containsExactly(ids);
        int[] some =
            Arrays.stream(ids)
                .skip(1)
                .limit(Math.max(0, ids.length - 2))
                .filter(id -> id < image)
                .toArray();
        assertThat(tokenizer.decode(some)).as("'%s'", text).isEqualTo(row.get(2).textValue());
        compared++;
      }
    }
    return compared;
  }

  @Test
  void refusesWhatIsNoVocabulary() throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve(TiktokenFile.NAME));
    refuses(replaced(lines, 300, "IQ=="), "line 301 is not a token in base 64 and its rank");
    refuses(replaced(lines, 300, "I! 300"), "line 301: 'I!' is not base 64");
    refuses(replaced(lines, 300, "YWFhYQ== 301"), "line 301 has the rank 301; ranks are 0, 1, 2");
    refuses(replaced(lines, 300, lines.get(0).replace(" 0", " 300")), "line 301: the token is in");
    refuses(replaced(lines, 7, "YWFhYQ== 7"), "it has no token for the byte 40");
    refuses(
        replaced(lines, 300, "A".repeat(1_372) + " 300"),
        "line 301: a token has 1 to 1024 bytes, not 1029");
    refuses(List.of(), "it has no token for the byte 0");
    Files.writeString(folder.resolve(TokenizerSettings.FILE), "{\"tokenizer_class\":\"Other\"}");
    refuses(lines, "tokenizer_class is 'Other', and only QWenTokenizer's is read");
  }

  private static List<String> replaced(List<String> lines, int at, String line) {
    List<String> changed = new ArrayList<>(lines);
    changed.set(at, line);
    return changed;
  }

  private void refuses(List<String> lines, String problem) throws IOException {
    Path file = folder.resolve(TiktokenFile.NAME);
    Files.write(file, lines);
    assertThatExceptionOfType(TokenizerException.class)
        .isThrownBy(() -> TokenizerFiles.json(folder))
        .withMessageStartingWith("Cannot load " + file + ": " + problem);
  }

  /** Line ends of other systems and lines without anything are as in the authors' reader. */
  @Test
  void takesLinesAsPythonSplitsThem() throws IOException {
    String whole = TokenizerFiles.json(folder);
    Path file = folder.resolve(TiktokenFile.NAME);
    Files.writeString(file, "\n" + Files.readString(file).replace("\n", "\r\n") + "\r\n");
    assertThat(TokenizerFiles.json(folder)).isEqualTo(whole);
  }

  @Test
  void readsOrRefusesChangedFiles() throws IOException {
    Path file = folder.resolve(TiktokenFile.NAME);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(7);
    int read = 0;
    for (int round = 0; round < 1_000; round++) {
      byte[] changed =
          random.nextInt(5) == 0
              ? Arrays.copyOf(whole, random.nextInt(whole.length))
              : whole.clone();
      for (int i = random.nextInt(3); i > 0 && changed.length > 0; i--) {
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(file, changed);
      try {
        assertThat(TokenizerFiles.json(folder)).startsWith("{");
        read++;
      } catch (TokenizerException e) {
        assertThat(e).hasMessageStartingWith("Cannot load " + file);
      }
    }
    assertThat(read).isBetween(1, 999);
  }

  /** Any order of longer tokens is a vocabulary, whether merges lead to them or not. */
  @Test
  void readsTokensOfAnyOrder() throws IOException {
    Path file = folder.resolve(TiktokenFile.NAME);
    List<String> lines = Files.readAllLines(file);
    List<String> tokens = new ArrayList<>(lines.stream().map(line -> line.split(" ")[0]).toList());
    Collections.shuffle(tokens, new Random(3));
    List<String> other = new ArrayList<>();
    tokens.forEach(token -> other.add(token + " " + other.size()));
    Files.write(file, other);
    try (LlavaTokenizer tokenizer = LlavaTokenizer.load(folder, Families.tokenizers())) {
      assertThat(tokenizer.decode(tokenizer.encode("Is there a dog?")))
          .isEqualTo("Is there a dog?");
      assertThat(tokenizer.encode("zqx"))
          .containsExactly(tokens.indexOf(lines.get(lines.size() - 2).split(" ")[0]));
    }
  }
}
