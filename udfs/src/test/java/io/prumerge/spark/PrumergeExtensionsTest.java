package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.apache.spark.SparkException;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The function as the analyser sees it; nothing here runs a model. */
@Tag("spark")
class PrumergeExtensionsTest {

  private final SparkSession session = LocalSpark.session().newSession();

  @BeforeEach
  void nameAModel() {
    session.conf().set("spark.prumerge.model", "/models/llava");
  }

  @AfterEach
  void forgetTheModel() {
    session.conf().unset("spark.prumerge.model");
  }

  @Test
  void isRegisteredByTheClassPathAlone() {
    assertThat(session.sql("DESCRIBE FUNCTION llava").collectAsList())
        .anySatisfy(
            row -> assertThat(row.getString(0)).contains("llava(image, prompts[, method])"));
    assertThat(session.sql("SELECT llava(null, array('a'), 'none') AS answers").schema().apply(0))
        .satisfies(field -> assertThat(field.dataType()).isEqualTo(PredictionRows.SQL_ANSWERS));
  }

  @Test
  void takesColumnsThatCanBeWidened() {
    assertThat(
            session
                .sql("SELECT llava(x, array(), null) FROM VALUES (X'00') AS t(x)")
                .schema()
                .fields())
        .hasSize(1);
  }

  @Test
  void refusesAnotherLineOfSpark() {
    PrumergeExtensions.requireLine(SparkLine.BUILT + ".9");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> PrumergeExtensions.requireLine("9.1.0"))
        .withMessage(
            "Cannot run llava(...): this jar was built for Spark %s, and this is Spark 9.1.0; take"
                + " the jar for this Spark",
            SparkLine.BUILT);
  }

  @Test
  void isNondeterministicForTheOptimiser() {
    session.range(3).createOrReplaceTempView("numbers");
    assertThat(
            session
                .sql("SELECT llava(null, array(string(id)), 'none') FROM numbers")
                .queryExecution()
                .analyzed()
                .deterministic())
        .isFalse();
  }

  @Test
  void knowsItsSettingsWithinAView() {
    session.sql("CREATE TEMPORARY VIEW asked AS SELECT llava(null, array('a'), 'none') AS answers");

    assertThat(session.table("asked").schema().apply(0).dataType())
        .isEqualTo(PredictionRows.SQL_ANSWERS);
  }

  @Test
  void aWrongNumberOfArgumentsFailsTheAnalysis() {
    assertThatExceptionOfType(AnalysisException.class)
        .isThrownBy(() -> session.sql("SELECT llava(null)"))
        .withMessageContaining("`llava` requires [2, 3] parameters but the actual number is 1");
    assertThatExceptionOfType(AnalysisException.class)
        .isThrownBy(() -> session.sql("SELECT llava(null, array('a'), 'none', 1)"))
        .withMessageContaining("`llava` requires [2, 3] parameters but the actual number is 4");
  }

  @Test
  void aLiteralMethodIsCheckedByTheAnalysis() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session.sql("SELECT llava(null, array('a'), 'prumegre')"))
        .withMessageStartingWith("Unknown method 'prumegre'; ")
        .withMessageContaining("did you mean prumerge");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session.sql("SELECT llava(null, array('a'), 'divprune')"))
        .withMessageContaining("give tokens=N");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session.sql("SELECT llava(null, array('a'), 'trim:clip=DIR,tokens=9')"))
        .withMessageContaining("Cannot open the CLIP folder 'DIR'");
    assertThat(session.sql("SELECT llava(null, array('a'), CAST(null AS string))").schema())
        .isNotNull();
  }

  @Test
  void aWrongTypeFailsTheAnalysis() {
    assertThatExceptionOfType(AnalysisException.class)
        .isThrownBy(() -> session.sql("SELECT llava('path.jpg', array('a'), 'none')"))
        .withMessageContaining("\"BINARY\"")
        .withMessageContaining(
            "argument 1 of llava(image binary, prompts array<string>[, method string])");
    assertThatExceptionOfType(AnalysisException.class)
        .isThrownBy(() -> session.sql("SELECT llava(null, 'a', 'none')"))
        .withMessageContaining("argument 2 of llava");
    assertThatExceptionOfType(AnalysisException.class)
        .isThrownBy(() -> session.sql("SELECT llava(array(X'00', X'01'), array('a'))"))
        .withMessageContaining(": one picture; LlavaPredictor takes several, and a video's frames");
  }

  @Test
  void withoutAModelTheSettingIsNamed() {
    session.conf().unset("spark.prumerge.model");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session.sql("SELECT llava(null, array('a'), 'none')"))
        .withMessage(
            "Cannot run llava(...) without a model: set spark.prumerge.model to a checkpoint"
                + " folder");
  }

  @Test
  void aNameThatTheHubsCacheLacksHasItsCommand() {
    session.conf().set("spark.prumerge.model", "hf:prumerge/none@v1");
    assertThatExceptionOfType(SparkException.class)
        .isThrownBy(
            () -> session.sql("SELECT llava(null, array('a'), 'none') FROM range(1)").collect())
        .withStackTraceContaining("hf:prumerge/none@v1 is not in the Hugging Face cache")
        .withStackTraceContaining("download it: hf download prumerge/none --revision v1");
  }

  @Test
  void wrongSettingsAreNamed() {
    session.conf().set("spark.prumerge.dtype", "int4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session.sql("SELECT llava(null, array('a'), 'none')"))
        .withMessage("Unknown spark.prumerge.dtype 'int4'; known: auto, fp32, bf16, fp16");
    session.conf().unset("spark.prumerge.dtype");
    session.conf().set("spark.prumerge.maxNewTokens", "-3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session.sql("SELECT llava(null, array('a'), 'none')"))
        .withMessageStartingWith("Cannot read spark.prumerge.maxNewTokens '-3'");
    session.conf().unset("spark.prumerge.maxNewTokens");
    session.conf().set("spark.prumerge.modelSha256", "12ab");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session.sql("SELECT llava(null, array('a'), 'none')"))
        .withMessageStartingWith("Cannot pin weights to '12ab': a SHA-256 has 64 hexadecimal");
  }
}
