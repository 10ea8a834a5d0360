package io.prumerge.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.family.Families;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NativeTokenizerTest {

  /** Of published tokenizers: Qwen2's, Llama 3's, CLIP's, GPT-2's, DeepSeek's and tekken's. */
  static final List<String> PUBLISHED =
      List.of(
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
              + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
              + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|"
              + "[^\\s\\p{L}\\p{N}]+",
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?"
              + "[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*"
              + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|[^\\r\\n\\p{L}\\p{N}]?"
              + "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}|"
              + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          "\\s?\\p{L}+",
          "\\s+",
          "[ ]{2,}",
          "[一-龥ࠀ-一가-퟿]+");

  @TempDir private Path folder;

  static List<String> published() {
    return PUBLISHED;
  }

  @ParameterizedTest
  @MethodSource("published")
  void knowsThePatternsOfPublishedTokenizers(String pattern) {
    assertThat(SplitPattern.problem(pattern)).isEmpty();
  }

  /** Each of these goes back over a long text more often than the library allows, or for hours. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+b",
        "(a|a)*b",
        "(?:a*)*b",
        "a*a*a*b",
        "a+b",
        "\\s+$",
        "\\s+(?!\\S)",
        "\\s*[\\r\\n]+|\\s+(?!\\S)",
        "(a?){50}a",
        "a?a?a?a?a?a?a?a?a?a?a?a?a?b",
        "(.*)\\1",
        "(?=a+)b",
        "a+?b",
        ".*x",
        "x*",
        "",
        "a||b",
        "(",
        "a)",
        "[",
        "[a",
        "a{101}",
        "a{2,1}",
        "+",
        "\\",
        "(?x: a )",
        "(?<n>a)\\k<n>",
        "[a-z&&[^b]]+",
        "\\p{L}*\\p{L}+",
        "((((((((((((a))))))))))))"
      })
  void refusesPatternsThatGoBack(String pattern) throws IOException {
    assertThat(SplitPattern.problem(pattern)).isPresent();
    ObjectNode json = mha();
    ObjectNode split = TokenizerGoldens.MAPPER.createObjectNode().put("type", "Split");
    split
        .put("behavior", "Isolated")
        .put("invert", false)
        .putObject("pattern")
        .put("Regex", pattern);
    json.set("pre_tokenizer", split);
    assertRefused(json, "pre_tokenizer: the pattern '" + pattern + "' ");
    json.putNull("pre_tokenizer");
    ObjectNode replace = TokenizerGoldens.MAPPER.createObjectNode().put("type", "Replace");
    replace.put("content", "x").putObject("pattern").put("Regex", pattern);
    json.putObject("normalizer").put("type", "Sequence").putArray("normalizers").add(replace);
    assertRefused(json, "normalizer.normalizers[0]: the pattern ");
    json.putNull("normalizer");
    json.set("decoder", replace);
    assertRefused(json, "decoder: the pattern ");
  }

  /** Each of these ended the JVM, as a test of them without the check still would. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "decoder | {'type': 'Nope'} | decoder.type is 'Nope'; known: BPEDecoder, ByteFallback",
        "decoder | {'add_prefix_space': true, 'trim_offsets': true} | decoder.type is missing",
        "decoder | 'x' | decoder.type is missing",
        "decoder | {'type': 'Strip', 'content': 'a', 'start': 0, 'stop': 5} | decoder.stop is 5",
        "decoder | {'type': 'Strip', 'content': 'a', 'stop': 0} | decoder.start is missing",
        "decoder | {'type': 'Strip', 'content': 'ab', 'start': 0, 'stop': 0} | decoder.content is",
        "decoder | {'type': 'Sequence', 'decoders': [{'type': 'ByteLevel'}]} |"
            + " decoder.decoders[0].",
        "decoder | {'type': 'Sequence', 'decoders': [5]} | decoder.decoders[0] is 5",
        "decoder | {'type': 'Sequence'} | decoder.decoders is missing",
        "decoder | {'type': 'Replace', 'pattern': {}, 'content': 'x'} | decoder.pattern is {}",
        "decoder | {'type': 'WordPiece', 'prefix': '##', 'cleanup': 1} | decoder.cleanup is 1",
        "decoder | {'type': 'Metaspace', 'replacement': '_', 'prepend_scheme': 'x'} |"
            + " decoder.prepend",
        "normalizer | {'type': 'Precompiled', 'precompiled_charsmap': ''} | normalizer.type is"
            + " 'Pre",
        "pre_tokenizer | {'type': 'FixedLength', 'length': 0} | pre_tokenizer.type is"
            + " 'FixedLength'",
        "normalizer | {'type': 'Replace', 'pattern': {'String': ''}, 'content': 'x'} |"
            + " normalizer.pattern.String is ''",
        "model | {'type': 'Nope'} | model.type is 'Nope'; known: BPE, Unigram, WordLevel,"
            + " WordPiece",
        "model | {'continuing_subword_prefix': '##', 'merges': []} |"
            + " model.continuing_subword_prefix",
        "model | 5 | model is no object",
        "post_processor | {'type': 'TemplateProcessing', 'single': [{'Sequence': {'id': 'B',"
            + " 'type_id': 0}}], 'pair': [], 'special_tokens': {}} | post_processor.single is",
        "post_processor | {'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': '<s>',"
            + " 'type_id': 0}}], 'pair': [], 'special_tokens': {}} | special_tokens does not have"
            + " it"
      })
  void refusesWhatEndsTheProcess(String section, String value, String message) throws IOException {
    ObjectNode json = mha();
    json.set(section, TokenizerGoldens.MAPPER.readTree(value.replace('\'', '"')));
    assertRefused(json, message.replace('\'', '"'));
  }

  /** Each of these took all memory, outside the heap, with some texts. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "normalizer | normalizers | {'type': 'Replace', 'pattern': {'String': 'a'}, 'content':"
            + " 'aa'} | 60 | normalizer.normalizers[13] can make what it gets 16384 times",
        "normalizer | normalizers | {'type': 'Prepend', 'prepend': 'LONG'} | 1 |"
            + " normalizer.normalizers[0] can make what it gets 10001 times",
        "pre_tokenizer | pretokenizers | {'type': 'ByteLevel', 'add_prefix_space': true,"
            + " 'trim_offsets': false} | 9 | pre_tokenizer.pretokenizers[4] can make what it gets"
            + " 12288 times",
        "post_processor | processors | {'type': 'TemplateProcessing', 'single': [{'Sequence':"
            + " {'id': 'A', 'type_id': 0}}, {'Sequence': {'id': 'A', 'type_id': 0}}], 'pair': [],"
            + " 'special_tokens': {}} | 30 | post_processor.processors[6] can make what it gets 128"
            + " times",
        "decoder | decoders | {'type': 'Replace', 'pattern': {'String': 'a'}, 'content': 'aa'} |"
            + " 60 | decoder.decoders[16] can make what it gets 131072 times",
        "decoder | decoders | {'type': 'Replace', 'pattern': {'Regex': 'a'}, 'content': 'LONG'} | 1"
            + " | of 14 bytes, of which decoder can make 140000; 65536 at most",
      })
  void refusesWhatMakesTextsLongWithoutBound(
      String section, String list, String part, int times, String message) throws IOException {
    ObjectNode json = mha();
    ArrayNode parts = json.putObject(section).put("type", "Sequence").putArray(list);
    JsonNode one =
        TokenizerGoldens.MAPPER.readTree(
            part.replace('\'', '"').replace("LONG", "a".repeat(10_000)));
    for (int i = 0; i < times; i++) {
      parts.add(one);
    }
    assertRefused(json, message);
  }

  @Test
  void refusesLongTextsOfTheModel() throws IOException {
    ObjectNode json = mha();
    ((ObjectNode) json.get("model")).put("unk_token", "u".repeat(65));
    assertRefused(json, "; 64 bytes at most are read");
    ObjectNode added = mha();
    ((ObjectNode) added.get("added_tokens").get(0)).put("content", "t".repeat(70_000));
    assertRefused(added, "a token of 70000 bytes");
  }

  @Test
  void readsFewerCharactersWhereTheyBecomeLong() throws IOException, PromptException {
    ObjectNode json = mha();
    json.putObject("normalizer").put("type", "Prepend").put("prepend", "a".repeat(4_095));
    try (NativeTokenizer tokenizer = NativeTokenizer.open(folder, json.toString())) {
      assertThat(tokenizer.encode("b".repeat(5_461), false)).isNotEmpty();
      assertThatThrownBy(() -> tokenizer.encode("b".repeat(5_462), false))
          .isInstanceOf(TokenizerException.class)
          .hasMessage("Cannot encode a text of 5462 characters: 5461 at most are read");
    }
  }

  /** Growth does not shorten what the tokenizers of published models read. */
  @Test
  void readsTextsOfFullLengthByTheGoldens() throws IOException {
    try (Stream<Path> files = Files.walk(TokenizerGoldens.path(""))) {
      assertThat(files.filter(file -> file.endsWith("tokenizer.json")))
          .hasSizeGreaterThan(30)
          .allSatisfy(
              file ->
                  assertThat(TokenizerCheck.require(Files.readString(file)))
                      .isLessThanOrEqualTo((1 << 26) / 3 / NativeTokenizer.MOST_CHARACTERS));
    }
  }

  /** A token for each byte that the parts make, so that these can be counted. */
  @Test
  void makesNoMoreOfATextThanTheBoundSays() throws IOException {
    Random random = new Random(11);
    List<String> kinds =
        List.of(
            "{'type': 'NFC'}",
            "{'type': 'NFD'}",
            "{'type': 'NFKC'}",
            "{'type': 'NFKD'}",
            "{'type': 'Lowercase'}",
            "{'type': 'Nmt'}",
            "{'type': 'StripAccents'}",
            "{'type': 'Strip', 'strip_left': true, 'strip_right': false}",
            "{'type': 'ByteLevel'}",
            "{'type': 'Prepend', 'prepend': '▁b'}",
            "{'type': 'Replace', 'pattern': {'String': ' '}, 'content': '▁'}",
            "{'type': 'Replace', 'pattern': {'String': 'ab'}, 'content': 'abcab'}",
            "{'type': 'Replace', 'pattern': {'Regex': '\\\\p{L}+'}, 'content': 'x y'}",
            "{'type': 'BertNormalizer', 'clean_text': true, 'handle_chinese_chars': true,"
                + " 'strip_accents': false, 'lowercase': true}");
    List<String> pieces =
        List.of(" ", "a", "ab", "B", "İ", "Ⱥ", "ΐ", "\ufdfa", "語", "\u2f88e", "\ud834\udd60", "🎉");
    for (int round = 0; round < 300; round++) {
      ObjectNode json = mha();
      json.putNull("pre_tokenizer").putNull("post_processor").putArray("added_tokens");
      ObjectNode model = json.putObject("model").put("type", "BPE").put("byte_fallback", true);
      model.putArray("merges");
      ObjectNode vocabulary = model.putObject("vocab");
      for (int value = 0; value < 256; value++) {
        vocabulary.put(String.format(Locale.ROOT, "<0x%02X>", value), value);
      }
      ArrayNode parts =
          json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
      for (int part = random.nextInt(4); part >= 0; part--) {
        String kind = kinds.get(random.nextInt(kinds.size()));
        parts.add(TokenizerGoldens.MAPPER.readTree(kind.replace('\'', '"')));
      }
      StringBuilder text = new StringBuilder();
      for (int piece = random.nextInt(5); piece >= 0; piece--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      long most = TokenizerCheck.require(json.toString()) * TextGrowth.bytes(text.toString());
      try (NativeTokenizer tokenizer = NativeTokenizer.open(folder, json.toString())) {
        assertThat((long) tokenizer.encode(text.toString(), false).length)
            .as("%s of %s", parts, text)
            .isLessThanOrEqualTo(most);
      }
    }
  }

  private void assertRefused(ObjectNode json, String message) throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), json.toString());
    assertThatThrownBy(() -> LlavaTokenizer.load(folder, Families.tokenizers()))
        .isInstanceOf(TokenizerException.class)
        .hasMessageStartingWith("Cannot load the tokenizer of " + folder + ": tokenizer.json: ")
        .hasMessageContaining(message);
  }

  /** Runs of one kind, and of two by turns, up to the bound: none ends the JVM, none takes long. */
  @ParameterizedTest
  @MethodSource("published")
  void readsLongRunsWithEveryPattern(String pattern) throws IOException {
    ObjectNode json = bytes();
    ObjectNode split = TokenizerGoldens.MAPPER.createObjectNode().put("type", "Split");
    split
        .put("behavior", "Isolated")
        .put("invert", false)
        .putObject("pattern")
        .put("Regex", pattern);
    json.putObject("pre_tokenizer")
        .put("type", "Sequence")
        .putArray("pretokenizers")
        .add(split)
        .addObject()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", false)
        .put("use_regex", true);
    readsRuns(json);
  }

  @Test
  void readsLongRunsWithoutPattern() throws IOException {
    readsRuns(mha());
  }

  private void readsRuns(ObjectNode json) throws IOException {
    try (NativeTokenizer tokenizer = NativeTokenizer.open(folder, json.toString())) {
      List<String> kinds =
          List.of(
              " ", "\n", "\r\n", "\t", "7", "a", "A", "'", ".", "\u0301", "語", "\ud800", "😀",
              "\u0000");
      for (String kind : kinds) {
        for (String behind : List.of("", "b", "\n", " .")) {
          String run = "a" + kind.repeat(4_000 / kind.length()) + behind;
          assertThat(tokenizer.encode(run, false)).isNotNull();
        }
        String turns = (kind + "b").repeat(2_000) + (kind + " ").repeat(2_000);
        assertThat(tokenizer.encode(turns, true)).isNotNull();
      }
      int half = NativeTokenizer.MOST_CHARACTERS / 2 - 1;
      String longest = "a" + " ".repeat(half) + "\n".repeat(half) + "b"; // of both, one run of \s
      assertThat(tokenizer.encode(longest, false)).isNotEmpty();
      assertThatThrownBy(() -> tokenizer.encode(longest + "b", false))
          .isInstanceOf(TokenizerException.class)
          .hasMessageContaining("a text of 1048577 characters: 1048576 at most are read");
    }
  }

  @Test
  void refusesAPromptByItsLength() throws IOException, PromptException {
    Path model = TokenizerGoldens.path("checkpoints/mha");
    try (LlavaTokenizer tokenizer =
        LlavaTokenizer.load(model, Families.tokenizers()).within(16, 688)) {
      ConversationTemplate raw = ConversationTemplate.named("raw");
      int image =
          TokenizerGoldens.json("checkpoints/mha/config.json").get("image_token_index").intValue();
      PromptEncoder encoder = new PromptEncoder(tokenizer, raw, image);
      assertThat(encoder.textOnly("a".repeat(16 * 128)).ids()).isNotEmpty();
      assertThatThrownBy(() -> encoder.withImage(" ".repeat(10_500_000) + "b"))
          .isInstanceOfSatisfying(
              PromptException.class,
              e -> assertThat(e.kind()).isEqualTo(PromptErrorKind.PROMPT_TOO_LONG))
          .hasMessageContaining(" characters, and 2048 at most are read");
    }
  }

  @Test
  void refusesATokenThatTheModelHasNoRowFor() throws IOException, PromptException {
    Path model = TokenizerGoldens.path("checkpoints/mha");
    try (LlavaTokenizer tokenizer =
        LlavaTokenizer.load(model, Families.tokenizers()).within(2048, 679)) {
      PromptEncoder encoder = new PromptEncoder(tokenizer, ConversationTemplate.named("raw"), 678);
      assertThat(encoder.withImage("What?").ids()).contains(678);
      assertThatThrownBy(() -> encoder.textOnly("a <pad> b"))
          .isInstanceOfSatisfying(
              PromptException.class,
              e -> assertThat(e.kind()).isEqualTo(PromptErrorKind.PROMPT_UNKNOWN_TOKEN))
          .hasMessage("the prompt has the token '<pad>', 679, but the model has tokens 0 to 678");
    }
  }

  private static ObjectNode mha() throws IOException {
    return (ObjectNode) TokenizerGoldens.json("checkpoints/mha/tokenizer.json");
  }

  // A token for each byte, and pairs of blanks alone, so that long runs have few tokens.
  private static ObjectNode bytes() throws IOException {
    ObjectNode json = mha();
    json.putNull("normalizer").putArray("added_tokens");
    json.putNull("post_processor");
    JsonNode decoder =
        TokenizerGoldens.MAPPER.readTree(
            "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": false}");
    json.set("decoder", decoder);
    ObjectNode model = json.putObject("model").put("type", "BPE");
    ArrayNode merges = model.putArray("merges");
    ObjectNode vocabulary = model.putObject("vocab");
    int others = 256;
    for (int value = 0; value < 256; value++) {
      boolean shown = value > 32 && value < 127 || value > 160 && value != 173;
      vocabulary.put(String.valueOf((char) (shown ? value : others++)), value);
    }
    int id = 256;
    for (String blank : List.of("Ġ", "Ċ")) {
      for (String run = blank; run.length() < 4096; run += run) {
        merges.addArray().add(run).add(run);
        vocabulary.put(run + run, id++);
      }
    }
    return json;
  }
}
