package io.prumerge.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.Question;
import io.prumerge.host.SparkSetting;
import io.prumerge.image.Visual;
import io.prumerge.lang.Text;
import io.prumerge.location.Location;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.script.ScriptFile;
import io.prumerge.script.ScriptLibrary;
import io.prumerge.spark.version.Columns;
import io.prumerge.spark.version.Sequences;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.UpCast;
import org.apache.spark.sql.errors.QueryCompilationErrors;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Tuple3;
import scala.collection.Seq;
import scala.runtime.BoxedUnit;

/**
 * Registers {@code llava(image binary, prompts array<string>[, method string])} in every session:
 * by being on the class path when the session starts, or by {@code
 * spark.sql.extensions=io.prumerge.spark.PrumergeExtensions}.
 *
 * <p>Only this class and {@code io.prumerge.spark.version} use Spark's internals (the function
 * registry, expressions), so these are the places to check for a new version of Spark.
 */
public final class PrumergeExtensions implements SparkSessionExtensionsProvider {

  /** Setting that names the checkpoint folder. */
  public static final String MODEL = SparkSetting.MODEL.key();

  /** Setting with the users' scripts that {@code llava(...)} may run, separated by commas. */
  public static final String SCRIPTS = SparkSetting.SCRIPTS.key();

  /** Setting with the CLIP folders that its methods may name, separated by commas. */
  public static final String CLIPS = SparkSetting.CLIPS.key();

  private static final SparkSetting MAX_NEW_TOKENS = SparkSetting.MAX_NEW_TOKENS;

  private static final List<String> NAMES = List.of("image", "prompts", "method");
  private static final List<DataType> TYPES =
      List.of(
          DataTypes.BinaryType,
          DataTypes.createArrayType(DataTypes.StringType),
          DataTypes.StringType);

  private static final int METHOD = NAMES.indexOf("method");

  /** The default of the argument {@code method}, the same as {@link LlavaPredictor}'s. */
  private static final String DEFAULT_METHOD = "none";

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    extensions.injectFunction(
        new Tuple3<>(new FunctionIdentifier("llava"), description(), PrumergeExtensions::llava));
    return BoxedUnit.UNIT;
  }

  private static ExpressionInfo description() {
    return new ExpressionInfo(
        LlavaFunction.class.getName(),
        null,
        "llava",
        "_FUNC_(image, prompts[, method]) - Answers the prompts about the image with the model of "
            + MODEL
            + ", its visual tokens reduced by the method; with all of them by default.",
        "",
        "",
        "",
        "",
        "",
        "",
        "java_udf");
  }

  /** Returns the function's call as an expression; runs on the driver while a query is analysed. */
  private static Expression llava(Seq<Expression> arguments) {
    requireLine(org.apache.spark.package$.MODULE$.SPARK_VERSION());
    List<Expression> given = Sequences.list(arguments);
    if (given.size() != NAMES.size() && given.size() != METHOD) {
      throw PrumergeExtensions.<RuntimeException>undeclared(
          QueryCompilationErrors.wrongNumArgsError(
              "llava",
              Sequences.sequence(List.<Object>of(METHOD, NAMES.size())),
              given.size(),
              "",
              "",
              ""));
    }
    Column[] columns = new Column[NAMES.size()];
    for (int i = 0; i < given.size(); i++) {
      columns[i] = Columns.of(typed(given.get(i), i));
    }
    if (given.size() == METHOD) {
      columns[METHOD] = functions.lit(DEFAULT_METHOD);
    }
    // The session's settings: inside a view, SQLConf has only the settings stored with the view.
    RuntimeConfig settings = SparkSession.active().conf();
    LlavaFunction function = function(settings);
    if (given.size() > METHOD
        && given.get(METHOD) instanceof Literal literal
        && literal.value() instanceof UTF8String method) {
      function.check(method.toString());
    }
    // Nondeterministic, or the optimiser would copy the call into every filter on its result.
    return Columns.expression(
        functions
            .udf(function, PredictionRows.SQL_ANSWERS)
            .asNondeterministic()
            .withName("llava")
            .apply(columns));
  }

  /**
   * Refuses another line of Spark before one of its methods is missed.
   *
   * @param version Spark's, such as {@code 3.5.9}
   */
  static void requireLine(String version) {
    if (!version.startsWith(SparkLine.BUILT + ".")) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot run llava(...): this jar was built for Spark %s, and this is Spark %s; take"
                  + " the jar for this Spark",
              SparkLine.BUILT, version));
    }
  }

  /** Throws a checked AnalysisException out of a lambda, undeclared as in Scala. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E undeclared(Throwable thrown) throws E {
    throw (E) thrown;
  }

  /** Requires the argument's type; a wrong type is an error while the query is analysed. */
  private static Expression typed(Expression argument, int position) {
    String place =
        Text.format(
            "- argument %d of llava(image binary, prompts array<string>[, method string])%s",
            position + 1,
            position == 0
                ? ": one picture; LlavaPredictor takes several, and a video's frames"
                : "");
    return new UpCast(argument, TYPES.get(position), Sequences.sequence(List.of(place)));
  }

  private static LlavaFunction function(RuntimeConfig conf) {
    ModelSettings settings = ModelSettings.of(conf::get);
    if (settings.model().isEmpty()) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot run llava(...) without a model: set %s to a checkpoint folder", MODEL));
    }
    if (Endpoint.isNamedBy(settings.model())) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot run llava(...) with %s=%s: a query may be computed more than once, and each"
                  + " time would send and pay every request again; use evaluate or LlavaPredictor",
              MODEL, settings.model()));
    }
    return new LlavaFunction(
        settings,
        maxNewTokens(conf.get(MAX_NEW_TOKENS.key(), MAX_NEW_TOKENS.defaultValue())),
        listed(conf.get(SCRIPTS, SparkSetting.SCRIPTS.defaultValue()))
            .map(ScriptLibrary::read)
            .toList(),
        listed(conf.get(CLIPS, SparkSetting.CLIPS.defaultValue())).collect(Collectors.toSet()));
  }

  // A query may name the listed scripts and folders only: a method in a table's column must open no
  // other file.
  private static Stream<String> listed(String locations) {
    return Arrays.stream(locations.split(","))
        .map(String::strip)
        .filter(location -> !location.isEmpty());
  }

  private static int maxNewTokens(String value) {
    if (!value.matches("\\d{1,9}")) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot read %s '%s': expected a number of tokens, 0 for the checkpoint's own",
              MAX_NEW_TOKENS.key(), value));
    }
    return Integer.parseInt(value);
  }

  /**
   * {@code llava(image, prompts, method)}: the answers to all prompts about one image under one
   * method. A null image means prompts without an image. Null prompts or a null method give null. A
   * null prompt counts as empty. An unknown method fails the query, and so does one that names a
   * file which the settings do not list: while the query is analysed if the method is a literal,
   * else when a row has it.
   */
  @DefaultSerializer(JavaSerializer.class) // Kryo cannot fill the record inside
  static final class LlavaFunction implements UDF3<byte[], Seq<String>, String, List<Row>> {

    private static final long serialVersionUID = 1L;

    private final ModelSettings settings;
    private final int maxNewTokens;
    private final List<ScriptFile> scripts;
    private final Set<String> clips;
    private transient TaskModel model;
    private transient volatile Named last;

    /** A method's text and reducer: most often all rows of a task have one method. */
    private record Named(String text, TokenReducer reducer) {}

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
      List<TokenReducer> reducers = List.of(reducer(method));
      if (questions.isEmpty()) {
        return List.of();
      }
      TaskContext task = TaskContext.get();
      if (task == null) {
        try (TaskModel once = TaskModel.acquire(settings)) {
          return rows(once.serving(reducers), image, questions, reducers);
        }
      }
      return rows(leased(task).serving(reducers), image, questions, reducers);
    }

    /**
     * Refuses a method that no row can be answered with. A user's script is left to the executors:
     * only libtorch can read it.
     */
    void check(String method) {
      boolean scripted =
          MethodSpec.read(method).methods().stream()
              .anyMatch(one -> TokenReducers.named(one.name()).takesAnyNumber());
      if (!scripted) {
        listed(MethodSpec.read(method));
      }
    }

    private TokenReducer reducer(String method) {
      Named known = last;
      if (known == null || !known.text().equals(method)) {
        known = new Named(method, listed(MethodSpec.read(method)));
        last = known;
      }
      return known.reducer();
    }

    /**
     * Returns the reducer for a method; refuses one with a CLIP folder that the query's settings do
     * not list.
     */
    private TokenReducer listed(MethodSpec method) {
      TokenReducer reducer = TokenReducers.of(method);
      for (String name : reducer.clips()) {
        if (!clips.contains(name)) {
          throw new IllegalArgumentException(
              Text.format(
                  "Cannot open the CLIP folder '%s', which a query's method names: a query opens"
                      + " only those that %s lists",
                  Location.shown(name), PrumergeExtensions.CLIPS));
        }
      }
      return reducer;
    }

    private static List<Row> rows(
        TaskModel model, byte[] image, List<Question> questions, List<TokenReducer> reducers) {
      List<Visual> images = Visual.pictures(Optional.ofNullable(image).stream().toList());
      return model
          .answers(model.submit(new ImageRequest(images, questions, reducers, ReduceBy.EACH)))
          .stream()
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
}
