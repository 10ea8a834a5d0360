package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.Goldens;
import io.prumerge.script.ScriptText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's script in the predictor and in SQL, and a CLIP folder in SQL. */
@Tag("spark")
@Tag("model")
class ScriptedPredictionTest {

  private static final Set<String> OWN = Set.of("method", "host");

  @TempDir private Path folder;
  private final SparkSession session = LocalSpark.session();

  private Path saved(String name) throws IOException {
    String describes = "{\"sees\": \"class_attention\", \"tokens\": \"exact\"}";
    return Files.write(
        folder.resolve(name), ScriptText.bytes(describes, "Tensor", ScriptText.FASTERVLM));
  }

  private Dataset<Row> pictures() {
    String pictures = Goldens.path("images").toString();
    return session
        .read()
        .format("binaryFile")
        .load(pictures + "/wide.png", pictures + "/rgba.png")
        .select(functions.col("content").as("image"), functions.lit("What is this?").as("prompt"));
  }

  private List<Row> predictions(String method) {
    Dataset<Row> predicted =
        new LlavaPredictor()
            .setModelUrl(Goldens.path("checkpoints/mha").toString())
            .setInputCol("image")
            .setPromptCol("prompt")
            .setMethods(method)
            .setDevice("cpu")
            .setDtype("fp32")
            .setMaxNewTokens(3)
            .transform(pictures());
    return predicted.selectExpr("inline(predictions)").collectAsList();
  }

  private static List<Object> comparable(Row row) {
    List<Object> values = new ArrayList<>();
    for (String name : row.schema().fieldNames()) {
      if (!OWN.contains(name) && !name.startsWith("ms_")) {
        values.add(name + "=" + row.getAs(name));
      }
    }
    return values;
  }

  @Test
  void thePredictorGivesFasterVlmsRows() throws IOException {
    predictions("none"); // computes what stays
    List<Row> ours = predictions("fastervlm:tokens=30");
    List<Row> script = predictions("script:" + saved("own.pt") + ",tokens=30");

    assertThat(script).hasSize(2);
    assertThat(script.stream().map(ScriptedPredictionTest::comparable))
        .isEqualTo(ours.stream().map(ScriptedPredictionTest::comparable).toList());
    assertThat(script.get(0).<String>getAs("error")).isNull();
    assertThat(script.get(0).<String>getAs("method"))
        .matches("script:own\\.pt,sha256=[0-9a-f]{16},tokens=30");
  }

  @Test
  void sqlMayNameListedScriptsOnly() throws IOException {
    Path listed = saved("listed.pt");
    Path other = saved("other.pt");
    SparkSession own = session.newSession();
    own.conf().set("spark.prumerge.model", Goldens.path("checkpoints/mha").toString());
    own.conf().set("spark.prumerge.device", "cpu");
    own.conf().set("spark.prumerge.dtype", "fp32");
    own.conf().set("spark.prumerge.maxNewTokens", "3");
    own.conf().set("spark.prumerge.scripts", " " + listed + ", " + listed.toUri());
    String ask = "SELECT inline(llava(image, array('What is this?'), '%s')) FROM own_pictures";
    pictures().createOrReplaceTempView("own_pictures");
    Dataset<Row> view = session.table("own_pictures");
    view.createOrReplaceGlobalTempView("own_pictures");
    ask = ask.replace("own_pictures", "global_temp.own_pictures");

    List<Row> ours = own.sql(ask.formatted("fastervlm:tokens=30")).collectAsList();
    List<Row> script = own.sql(ask.formatted("script:listed.pt,tokens=30")).collectAsList();
    assertThat(script).hasSize(2).isEqualTo(ours);
    assertThat(script.get(0).<String>getAs("error")).isNull();

    String unlisted = ask.formatted("script:" + other + ",tokens=30");
    assertThatExceptionOfType(SparkException.class)
        .isThrownBy(() -> own.sql(unlisted).collect())
        .withStackTraceContaining("Unknown script '" + other + "'");
    own.conf().set("spark.prumerge.scripts", folder + "/none.pt");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> own.sql(unlisted))
        .withMessage("Cannot read the script " + folder + "/none.pt: there is no such file");
  }

  @Test
  void sqlMayNameListedClipFoldersOnly() throws IOException {
    String clip = Goldens.path("clips/mha").toString();
    SparkSession own = session.newSession();
    own.conf().set("spark.prumerge.model", Goldens.path("checkpoints/mha").toString());
    own.conf().set("spark.prumerge.device", "cpu");
    own.conf().set("spark.prumerge.dtype", "fp32");
    own.conf().set("spark.prumerge.maxNewTokens", "3");
    pictures().createOrReplaceGlobalTempView("clip_pictures");
    try (ServerSocket trap = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<String> elsewhere =
          List.of(
              clip,
              "/etc",
              "hf:openai/clip",
              "ftp://someone@127.0.0.1:" + trap.getLocalPort() + "/x");
      for (String folder : elsewhere) {
        for (String method :
            List.of("trim:clip=%s,tokens=4", "uniform:tokens=@trim:clip=%s,tokens=4")) {
          String refusal = "Cannot open the CLIP folder '%s'".formatted(folder);
          assertThatIllegalArgumentException()
              .as("spelt out")
              .isThrownBy(() -> own.sql(asked(method.formatted(folder))))
              .withMessageContaining(refusal)
              .withMessageContaining("only those that spark.prumerge.clips lists");
          assertThatExceptionOfType(SparkException.class)
              .as("in a column")
              .isThrownBy(() -> own.sql(askedByColumn(method.formatted(folder))).collect())
              .withStackTraceContaining(refusal)
              .withStackTraceContaining("only those that spark.prumerge.clips lists");
        }
      }
      trap.setSoTimeout(1);
      assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(trap::accept);
    }

    own.conf().set("spark.prumerge.clips", "hf:openai/clip, " + clip);
    assertThatExceptionOfType(SparkException.class)
        .isThrownBy(() -> own.sql(asked("trim:clip=hf:openai/clip,tokens=4")).collect())
        .withStackTraceContaining("hf:openai/clip is not in the Hugging Face cache")
        .withStackTraceContaining("download it: hf download openai/clip");
    assertThatIllegalArgumentException()
        .as("another spelling")
        .isThrownBy(() -> own.sql(asked("trim:clip=hf:openai/clip@v1,tokens=4")))
        .withMessageContaining("only those that spark.prumerge.clips lists");
    List<Row> answers = own.sql(asked("trim:clip=" + clip + ",tokens=4")).collectAsList();
    assertThat(answers).hasSize(2);
    assertThat(answers.get(0).<String>getAs("error")).isNull();
    assertThat(answers.get(0).<Integer>getAs("visual_tokens_after")).isEqualTo(4);
  }

  private static String asked(String method) {
    return "SELECT inline(llava(image, array('What is this?'), '%s')) FROM global_temp.clip_pictures"
        .formatted(method);
  }

  private static String askedByColumn(String method) {
    return """
    SELECT inline(llava(image, array('What is this?'), method))
    FROM global_temp.clip_pictures, VALUES ('%s') AS methods(method)\
    """
        .formatted(method);
  }
}
