package io.prumerge.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.config.CheckpointException;
import io.prumerge.config.GenerationDefaults;
import io.prumerge.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FamilyGenerationTest {
  private static final GenerationDefaults LIBRARY =
      new GenerationDefaults(List.of(), -1, OptionalInt.empty(), 20, OptionalInt.empty(), 0, 1);

  @TempDir private Path folder;

  @Test
  void hasTheLibrarysDefaultsWhereTheFileIsSilent() throws IOException {
    write("{}");
    GenerationDefaults generation = read("{'text_config':{'eos_token_id':5,'max_length':9}}");
    assertThat(generation).isEqualTo(LIBRARY);
    assertThat(generation.newTokensAtMost(600)).isEqualTo(20);
    assertThat(generation.newTokensAtLeast(600)).isZero();
  }

  @Test
  void readsEveryKey() throws IOException {
    write(
        "{'eos_token_id':[2,7],'pad_token_id':3,'max_new_tokens':11,'max_length':100,"
            + "'min_new_tokens':4,'min_length':50,'repetition_penalty':1.05}");
    assertThat(read("{}"))
        .isEqualTo(
            new GenerationDefaults(
                List.of(2, 7), 3, OptionalInt.of(11), 100, OptionalInt.of(4), 50, 1.05));
  }

  @Test
  void readsConfigJsonWithoutAGenerationConfig() {
    assertThat(read("{}").eosTokenIds()).containsExactly(2);
    assertThat(read("{'text_config':{'eos_token_id':5}}").eosTokenIds()).containsExactly(5);
    assertThat(read("{'text_config':{'model_type':'qwen2'}}").eosTokenIds()).isEmpty();
    assertThat(read("{'eos_token_id':[6],'text_config':{'eos_token_id':5}}").eosTokenIds())
        .containsExactly(6);
    assertThat(read("{'pad_token_id':8}").padTokenId()).isEqualTo(8);
    assertThat(read("{'text_config':{'max_length':30}}").maxLength()).isEqualTo(30);
    assertThat(read("{'text_config':{'repetition_penalty':1.3}}").repetitionPenalty())
        .isEqualTo(1.3);
  }

  /** As the published InstructBLIP's text_config says 1, and BLIP-2's with OPT 50118. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'model_type':'instructblip','text_config':{'model_type':'llama','eos_token_id':1}}|1 2",
        "{'model_type':'instructblip','text_config':{'model_type':'llama','eos_token_id':2}}|2",
        "{'model_type':'instructblip','text_config':{'model_type':'llama'}}|2",
        "{'model_type':'blip-2','text_config':{'model_type':'opt','eos_token_id':50118}}|50118",
        "{'model_type':'blip-2','text_config':{'eos_token_id':50118}}|50118",
        "{'model_type':'blip-2'}|2",
      })
  void answersBehindAQFormerEndAsTheDecoderSays(String config, String ends) throws IOException {
    write("{'eos_token_id':7}");
    assertThat(read(config).eosTokenIds())
        .extracting(String::valueOf)
        .containsExactly(ends.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'max_new_tokens':7}|50|7|0",
        "{'max_new_tokens':7,'max_length':9}|50|7|0",
        "{'max_length':64}|50|14|0",
        "{'max_length':64}|64|0|0",
        "{'max_length':64}|70|-6|0",
        "{'max_length':20}|50|20|0",
        "{'min_length':60}|50|20|10",
        "{'min_length':60}|70|20|0",
        "{'min_length':60,'min_new_tokens':3}|50|20|3",
        "{'min_new_tokens':3}|50|20|3",
      })
  void countsNewTokensAsTheReference(String text, int prompt, int atMost, int atLeast)
      throws IOException {
    write(text);
    assertThat(read("{}").newTokensAtMost(prompt)).isEqualTo(atMost);
    assertThat(read("{}").newTokensAtLeast(prompt)).isEqualTo(atLeast);
  }

  @Test
  void ignoresWhatOnlyShapesSampling() throws IOException {
    write(
        "{'do_sample':true,'temperature':0.2,'top_p':0.9,'top_k':3,'num_beams':1,"
            + "'repetition_penalty':1.0,'no_repeat_ngram_size':0,'suppress_tokens':[],"
            + "'bad_words_ids':null,'length_penalty':2,'transformers_version':'4.57.1'}");
    assertThat(read("{}")).isEqualTo(LIBRARY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'num_beams':4}|num_beams is 4, which is not implemented; set it to 1",
        "{'encoder_repetition_penalty':1.2}|encoder_repetition_penalty is 1.2",
        "{'repetition_penalty':0}|repetition_penalty must be above 0 but is 0",
        "{'no_repeat_ngram_size':3}|no_repeat_ngram_size is 3,",
        "{'suppress_tokens':[5]}|suppress_tokens is [5], which is not implemented; remove it",
        "{'forced_eos_token_id':2}|forced_eos_token_id is 2",
        "{'max_new_tokens':0}|max_new_tokens must be at least 1 but is 0",
        "{'max_length':0}|max_length must be at least 1 but is 0",
        "{'eos_token_id':'</s>'}|eos_token_id must be a 32-bit integer but is \"</s>\"",
        "[]|generation_config.json must hold a JSON object",
        "{|generation_config.json is not valid JSON: Unexpected end-of-input",
      })
  void refusesWhatWouldChangeGreedyAnswers(String text, String problem) throws IOException {
    write(text);
    assertThatThrownBy(() -> read("{}"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(problem);
  }

  private GenerationDefaults read(String config) {
    Settings stated = Json.settings("config.json", config);
    Settings root = stated.with("model_type", stated.text("model_type", "llava"));
    return Families.of(root).generation(folder, root);
  }

  private void write(String text) throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), text.replace('\'', '"'));
  }
}
