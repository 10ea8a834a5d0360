package io.prumerge.explain;

import com.samskivert.mustache.Mustache;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.LlavaConfig;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Problems;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.cost.CostModel;
import io.prumerge.engine.Answer;
import io.prumerge.engine.EngineConfig;
import io.prumerge.engine.Explanation;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.ModelLease;
import io.prumerge.engine.Question;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.lang.Text;
import io.prumerge.plan.ForeignTemplate;
import io.prumerge.plan.ModelChecks;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.settings.AnswerSource;
import io.prumerge.settings.RunSetting;
import io.prumerge.store.FileNames;
import io.prumerge.store.Folders;
import io.prumerge.store.OutputFile;
import io.prumerge.store.WholeFolder;
import io.prumerge.template.Templates;
import io.prumerge.zoo.LlavaProcessor;
import io.prumerge.zoo.LoadSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Explains images, one after the other or as one prompt's, and writes the page; in this JVM,
 * without Spark.
 */
public final class Explain {

  static final String PAGE = "explain.html";

  private static final int NOT_ASSIGNED = -1;

  private final Folders folders;
  private final Console console;

  public Explain(Folders folders, Console console) {
    this.folders = folders;
    this.console = console;
  }

  /**
   * Explains all images, then writes the page; writes nothing if one image fails.
   *
   * @return what was explained, and where the page is
   */
  public ExplainResult run(ExplainOptions options) throws IOException {
    Path output = folders.absent(Setting.OUTPUT, options.output());
    List<Shown> shown = shown(options);
    ModelChecks.requireTemplate(options.settings().get(RunSetting.CONVERSATION));
    requirePrompt(options);
    String model = Folders.fullPath(options.model());
    ModelFolders local = folders.models().local(model);
    // Before the engine: DJL's error about a missing folder names no folder.
    LlavaConfig shape = options.settings().sized(Checkpoint.configuration(local));
    requireQuestion(options, shape);
    new ModelChecks(folders).check(model, shape, options.methods());
    String template =
        LlavaProcessor.template(local, options.settings().get(RunSetting.CONVERSATION));
    if (options.prompt().isPresent()) {
      ForeignTemplate.notice(AnswerSource.parse(model).name(), shape.family(), template)
          .ifPresent(notice -> console.warn("%s", notice));
    }
    CostModel cost = CostModel.of(shape);
    EngineConfig config =
        new EngineConfig(
            local.toString(),
            NOT_ASSIGNED,
            options
                .settings()
                .loading()
                .with(LoadSettings.QUANTIZE, options.quantization())
                .with(LoadSettings.CONVERSATION, template));
    try (ModelLease lease = LlavaEngine.acquire(config)) {
      placeClips(lease, options.methods());
      List<ExplainedImage> images = new ArrayList<>();
      List<List<Shown>> prompts =
          options.together() ? List.of(shown) : shown.stream().map(List::of).toList();
      for (List<Shown> prompt : prompts) {
        images.addAll(images(prompt, images.size() + 1, lease, cost, options));
      }
      ExplainSettings questioned =
          new ExplainSettings(
              AnswerSource.parse(local.toString()).name(),
              lease.model().device(),
              lease.model().dtype(),
              options.frames().isPresent(),
              lease.imageAspect().name().toLowerCase(Locale.ROOT),
              template,
              options.prompt());
      return new ExplainResult(questioned, images, write(questioned, images, output));
    }
  }

  private static void requirePrompt(ExplainOptions options) {
    for (MethodSpec method : options.methods()) {
      if (TokenReducers.of(method).perQuestion() && options.prompt().isEmpty()) {
        throw new UsageException(
            Wording.of(
                "%s %s looks at the question's text; give %s",
                Setting.METHOD, method, Setting.PROMPT));
      }
    }
  }

  private static void requireQuestion(ExplainOptions options, LlavaConfig shape) {
    if (shape.connector().readsText() && options.prompt().isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s %s: its Q-Former reads the question with the image; give %s",
              Setting.MODEL, options.model(), Setting.PROMPT));
    }
  }

  private void placeClips(ModelLease lease, List<MethodSpec> methods) throws IOException {
    for (MethodSpec method : methods) {
      for (String name : TokenReducers.of(method).clips()) {
        lease.model().clips().place(name, folders.models().folder(name));
      }
    }
  }

  /**
   * Reads what is explained.
   *
   * @throws UsageException if a file or a frame cannot be read
   */
  private List<Shown> shown(ExplainOptions options) throws IOException {
    if (options.frames().isPresent()) {
      Path folder = folders.present(Setting.FRAMES, options.frames().get());
      return List.of(new VideoFolder(folders).read(folder, options.protocol()));
    }
    List<Shown> shown = new ArrayList<>();
    for (String image : options.images()) {
      Path file = folders.present(Setting.IMAGE, image);
      shown.add(new Shown(file, new Visual.Picture(bytes(file))));
    }
    return shown;
  }

  // The images of one prompt, or a video.
  private List<ExplainedImage> images(
      List<Shown> shown, int number, ModelLease lease, CostModel cost, ExplainOptions options) {
    List<Visual> visuals = shown.stream().map(Shown::visual).toList();
    String names =
        shown.stream().map(one -> one.place().toString()).collect(Collectors.joining(", "));
    List<Explanation> explanations;
    try {
      explanations = lease.explain(visuals, options.prompt(), options.methods());
    } catch (ImageException | ReductionException e) {
      throw new Failure(Text.format("Cannot explain %s: %s", names, e.getMessage()));
    }
    List<Optional<Answer>> answers = answers(visuals, names, lease, options);
    List<ExplainedImage> images = new ArrayList<>();
    for (int i = 0; i < shown.size(); i++) {
      Explanation explanation = explanations.get(i);
      List<ExplainedMethod> methods = new ArrayList<>();
      for (int m = 0; m < answers.size(); m++) {
        methods.add(ExplainedMethod.of(explanation.choices().get(m), cost, answers.get(m)));
      }
      Path place = shown.get(i).place();
      images.add(
          new ExplainedImage(
              place.toString(),
              number + i + "-" + FileNames.safe(place.getName()),
              shown.get(i).sha256(),
              explanation,
              shown.get(i).strip(explanation),
              methods));
    }
    return images;
  }

  /** Returns the bytes of an image, at most one byte more than the limit. */
  private byte[] bytes(Path file) throws IOException {
    FileSystem fileSystem = folders.fileSystem(file);
    if (fileSystem.getFileStatus(file).isDirectory()) {
      throw new UsageException(
          Wording.of("%s %s is a folder; name its files", Setting.IMAGE, file));
    }
    try (InputStream in = fileSystem.open(file)) {
      return in.readNBytes(Math.toIntExact(ImageLimits.DEFAULT.maxBytes() + 1));
    } catch (IOException | FSError e) { // the second is Hadoop's for a local disk's
      throw new UsageException(
          Wording.of("Cannot read %s %s: %s", Setting.IMAGE, file, Problems.line(e)), e);
    }
  }

  /** Returns an answer per method; none without a question. */
  private static List<Optional<Answer>> answers(
      List<Visual> visuals, String names, ModelLease lease, ExplainOptions options) {
    if (options.prompt().isEmpty()) {
      return options.methods().stream().map(method -> Optional.<Answer>empty()).toList();
    }
    Question question = new Question(options.prompt().get(), options.maxNewTokens().orElse(0));
    List<Answer> answers =
        lease.answer(
            new ImageRequest(
                visuals, List.of(question), TokenReducers.of(options.methods()), ReduceBy.EACH));
    if (answers.stream().allMatch(answer -> answer.error() != null)) {
      throw new Failure(
          Text.format(
              "Cannot answer a question about %s under any method: %s",
              names, answers.get(0).error()));
    }
    return answers.stream().map(Optional::of).toList();
  }

  private Path write(ExplainSettings questioned, List<ExplainedImage> images, Path output)
      throws IOException {
    // A file system of its own: the others also write checksum files.
    try (FileSystem fileSystem = FileSystem.newInstance(output.toUri(), folders.hadoop())) {
      fileSystem.setWriteChecksum(false);
      WholeFolder.write(
          fileSystem, output, partial -> write(questioned, images, partial, fileSystem));
    }
    return new Path(output, PAGE);
  }

  private static void write(
      ExplainSettings questioned, List<ExplainedImage> images, Path output, FileSystem fileSystem)
      throws IOException {
    for (ExplainedImage image : images) {
      Path folder = new Path(output, image.folder());
      for (Map.Entry<String, byte[]> file : image.files().entrySet()) {
        write(fileSystem, new Path(folder, file.getKey()), file.getValue());
      }
    }
    byte[] page = ExplainPage.of(questioned, images).getBytes(StandardCharsets.UTF_8);
    write(fileSystem, new Path(output, PAGE), page);
  }

  private static void write(FileSystem fileSystem, Path file, byte[] bytes) throws IOException {
    try (OutputStream out = OutputFile.create(fileSystem, file, false)) {
      out.write(bytes);
    }
  }

  /**
   * The page about all images: one HTML file without scripts that loads nothing.
   *
   * @param style CSS
   * @param heading what it shows
   * @param sections one for each image
   */
  record ExplainPage(String style, String heading, List<ImageSection> sections) {

    ExplainPage {
      sections = List.copyOf(sections);
    }

    /** Returns the section of names that break between lines. */
    Mustache.Lambda breakable() {
      return Templates.breakable();
    }

    /** Returns the file's text, for UTF-8. */
    public static String of(ExplainSettings questioned, List<ExplainedImage> images) {
      boolean queries =
          images.stream().anyMatch(image -> image.explanation().queries().isPresent());
      ExplainPage page =
          new ExplainPage(
              Templates.resource(ExplainPage.class, "explain.css"),
              queries ? "What the queries look at" : "Kept patches",
              images.stream().map(ImageSection::of).toList());
      return Templates.html(ExplainPage.class, "explain", page, questioned);
    }
  }
}
