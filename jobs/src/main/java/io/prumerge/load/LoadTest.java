package io.prumerge.load;

import io.prumerge.console.Console;
import io.prumerge.console.StopNote;
import io.prumerge.console.Texts;
import io.prumerge.endpoint.ChatAddress;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.load.figure.LoadRow;
import io.prumerge.load.figure.LoadScores;
import io.prumerge.load.report.LoadReport;
import io.prumerge.load.server.LoadQuestions;
import io.prumerge.load.server.OpenedServers;
import io.prumerge.plan.Plan;
import io.prumerge.spark.UsableSession;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * A load test, from its options to its folder: it draws questions, measures the points that the
 * folder lacks, scores the answers, and writes tables and a page. Spark reads before, and scores
 * and writes after; while points are measured it has no job.
 *
 * @param spark is asked for its session once all settings are checked
 * @param console where progress and warnings go
 */
public record LoadTest(Supplier<SparkSession> spark, Console console) {

  /**
   * Runs a test, or the rest of one.
   *
   * @param output the test's folder
   * @param resume whether one that was begun there is continued, or shown if it is finished
   * @throws io.prumerge.console.UsageException if a setting is refused before the first request
   */
  public LoadResult run(LoadOptions options, String output, boolean resume) throws IOException {
    Folders before = Folders.beforeSpark(console);
    options.examples().requirePresent(before);
    new LoadFolder(before, output).requireFit(resume);
    SparkSession session = UsableSession.of(spark.get());
    Folders folders = new Folders(session);
    Plan plan = options.examples().plan(session, folders);
    LoadManifest now = LoadManifest.of(options, plan.contents());
    try (LoadFolder folder = new LoadFolder(folders, output)) {
      if (folder.isFinished()) {
        LoadManifest manifest = folder.finished(now);
        console.say("%s is finished", folder.path());
        List<LoadRow> rows = LoadTables.rows(session, List.of(folder.path()));
        if (options.vllm()) {
          LoadTables.export(folders.fileSystem(folder.path()), manifest, rows, folder.path());
        }
        return new LoadResult(folder.path(), LoadTables.report(manifest, rows));
      }
      try (LoadQuestions questions =
          console.during(
              "Reading examples",
              session.sparkContext(),
              () -> LoadQuestions.of(session, plan, options.questions()))) {
        tell(questions, options);
        LoadManifest manifest = folder.begin(session, now);
        StopNote note = new StopNote(console, folder.kept());
        try {
          List<LoadRow> asked;
          try (OpenedServers servers =
              OpenedServers.of(
                  options.servers(),
                  questions,
                  folders,
                  session.sparkContext().getConf(),
                  console)) {
            asked =
                new MeasuredLoads(
                        options, questions, servers.all(), folder, manifest.runId(), console)
                    .measure();
          }
          List<LoadRow> rows =
              console.during(
                  "Scoring", session.sparkContext(), () -> LoadScores.scored(session, asked, plan));
          LoadReport report =
              folder.finish(
                  manifest,
                  attempt -> LoadTables.write(session, manifest, rows, options.vllm(), attempt));
          return new LoadResult(folder.path(), report);
        } finally {
          note.close();
        }
      }
    }
  }

  private void tell(LoadQuestions questions, LoadOptions options) {
    console.say(
        "Each point asks %s about %s of %s/%s",
        Texts.count(questions.count(), "question"),
        Texts.count(questions.pictures(), "picture"),
        questions.benchmark().benchmark(),
        questions.benchmark().split());
    if (questions.withoutPicture() > 0) {
      console.warn(
          "%s: the picture is missing",
          Texts.part(
              questions.withoutPicture(),
              (long) questions.count() + questions.withoutPicture(),
              "question",
              "is not asked",
              "are not asked"));
    }
    options.servers().stream()
        .flatMap(server -> server.model().endpoint().stream())
        .map(Endpoint::address)
        .distinct()
        .filter(LoadTest::isHere)
        .forEach(
            address ->
                console.warn(
                    "%s is on this machine, whose processors both use: its figures are lower than"
                        + " those of a server that has a machine to itself",
                    address));
  }

  private static boolean isHere(ChatAddress address) {
    try {
      return address.isThisMachine()
          || NetworkInterface.getByInetAddress(InetAddress.getByName(address.base().getHost()))
              != null;
    } catch (IOException e) {
      return false; // the first request says more
    }
  }
}
