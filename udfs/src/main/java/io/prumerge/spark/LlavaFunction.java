package io.prumerge.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.Question;
import io.prumerge.location.Location;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.script.ScriptFile;
import io.prumerge.script.ScriptLibrary;
import io.prumerge.spark.version.Sequences;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF3;
import scala.collection.Seq;

/**
 * {@code llava(image, prompts, method)}: the answers to all prompts about one image under one
 * method. A null image means prompts without an image. Null prompts or a null method give null. A
 * null prompt counts as empty. An unknown method fails the query, and so does one that names a file
 * which the settings do not list.
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill the record inside
final class LlavaFunction implements UDF3<byte[], Seq<String>, String, List<Row>> {

  private static final long serialVersionUID = 1L;

  private final ModelSettings settings;
  private final int maxNewTokens;
  private final List<ScriptFile> scripts;
  private final Set<String> clips;
  private transient TaskModel model;

  /**
   * @param maxNewTokens tokens to generate at most; 0 = the checkpoint's own setting
   * @param scripts users' scripts that a method may name; no other script is run
   * @param clips CLIP folders that a method may name; no other folder is opened
   */
  LlavaFunction(
      ModelSettings settings, int maxNewTokens, List<ScriptFile> scripts, Set<String> clips) {
    this.settings = settings;
    this.maxNewTokens = maxNewTokens;
    this.scripts = List.copyOf(scripts);
    this.clips = Set.copyOf(clips);
  }

  @Override
  public List<Row> call(byte[] image, Seq<String> prompts, String method) throws IOException {
    if (prompts == null || method == null) {
      return null;
    }
    List<Question> questions =
        Sequences.list(prompts).stream()
            .map(prompt -> new Question(prompt == null ? "" : prompt, maxNewTokens))
            .toList();
    scripts.forEach(ScriptLibrary::add);
    List<MethodSpec> methods = List.of(listed(MethodSpec.known(method)));
    if (questions.isEmpty()) {
      return List.of();
    }
    TaskContext task = TaskContext.get();
    if (task == null) {
      try (TaskModel once = TaskModel.acquire(settings)) {
        return rows(once.serving(methods), image, questions, methods);
      }
    }
    return rows(leased(task).serving(methods), image, questions, methods);
  }

  /** Refuses a method with a CLIP folder that the query's settings do not list. */
  private MethodSpec listed(MethodSpec method) {
    for (String name : TokenReducers.of(method).clips()) {
      if (!clips.contains(name)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Cannot open the CLIP folder '%s', which a query's method names: a query opens only those that %s lists",
                Location.shown(name),
                PrumergeExtensions.CLIPS));
      }
    }
    return method;
  }

  private static List<Row> rows(
      TaskModel model, byte[] image, List<Question> questions, List<MethodSpec> methods) {
    return model.answers(model.submit(new ImageRequest(image, questions, methods))).stream()
        .map(PredictionRows::sqlAnswer)
        .toList();
  }

  private synchronized TaskModel leased(TaskContext task) throws IOException {
    if (model == null || !model.leasedBy(task)) {
      model = TaskModel.acquire(settings);
    }
    return model;
  }
}
