package io.prumerge.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Column names and their order are public interface. */
class TableTest {

  private static String columns(Table table) {
    return String.join(" ", table.schema().fieldNames());
  }

  @Test
  void examplesHaveOneRowPerImageWithItsQuestions() {
    assertThat(columns(Table.EXAMPLES))
        .isEqualTo("benchmark split image_id image image_sha256 width height questions");
    assertThat(Table.EXAMPLES.schema().apply("questions").dataType().catalogString())
        .isEqualTo(
            "array<struct<question_id:string,prompt:string,question:string,category:string,"
                + "answers:array<string>,options:array<string>,max_new_tokens:int,"
                + "extra:map<string,string>>>");
  }

  @Test
  void predictionsScoresAndMetricsAreAsDocumented() {
    assertThat(columns(Table.PREDICTIONS))
        .isEqualTo(
            "run_id model dtype benchmark split method image_id image_sha256 question_id category"
                + " prompt prompt_sha256 answer finish_reason visual_tokens_before"
                + " visual_tokens_after kept_indices text_tokens generated_tokens flops_vision"
                + " flops_reduction flops_projector flops_prefill flops_decode flops_total"
                + " flops_executed kv_cache_bytes ms_preprocess ms_vision ms_reduction ms_prefill"
                + " ms_decode device assigned_device host error");
    assertThat(columns(Table.SCORES))
        .isEqualTo(
            "run_id benchmark split method question_id profile parsed gold unparsed score"
                + " model image_id category groups unit");
    assertThat(columns(Table.METRICS))
        .isEqualTo(
            "run_id model benchmark split method profile category metric is_headline value stderr"
                + " ci_low ci_high n n_clusters n_errors n_unparsed n_missing delta_vs_baseline"
                + " delta_ci_low delta_ci_high test p_value p_adjusted");
  }
}
