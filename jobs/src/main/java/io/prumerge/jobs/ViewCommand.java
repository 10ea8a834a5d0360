package io.prumerge.jobs;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.Failure;
import io.prumerge.console.GivenOption;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.store.Folders;
import io.prumerge.view.ViewServer;
import io.prumerge.view.Viewer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code view}: shows questions and answers of runs in a browser. Spark only scores the answers of
 * unfinished runs.
 */
@Command(
    name = "view",
    description =
        "Shows the questions and answers of runs, of unfinished ones those of the committed chunks,"
            + " in a browser on this machine, until it is interrupted.")
final class ViewCommand implements Callable<Integer> {

  private static final int LAST_PORT = 65535;

  @Spec private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Folders of runs.")
  private List<String> runs;

  @Mixin
  private final GivenOption<List<String>> examples =
      CommonOptions.examples("Tables with the pictures; default: the tables that the runs name.");

  @Option(
      names = "--at",
      defaultValue = "",
      paramLabel = "LINK",
      description =
          "Page to begin with: a link of another viewer, or what follows the token in it.")
  private String at;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      paramLabel = "NAME",
      description =
          "Name or address of this machine to listen at, for browsers of other machines; default"
              + " ${DEFAULT-VALUE}.")
  private String host;

  @Option(
      names = "--port",
      defaultValue = "0",
      paramLabel = "N",
      description = "Port to listen at; default: a free one.")
  private int port;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Folder that keeps copies of runs on other file systems; default: they are deleted at the"
              + " end.")
  private Path cache;

  @Override
  public Integer call() throws Exception {
    if (port < 0 || port > LAST_PORT) {
      throw new UsageException(
          Text.format("--port must be 1 to %d, or 0 for any free one, it is %d", LAST_PORT, port));
    }
    Console console = Console.of(spec.commandLine());
    if (ViewCommand.class.getResource("/org/duckdb/DuckDBDriver.class") == null) {
      throw new Failure(
          "this jar has no DuckDB, which reads the runs; use prumerge-spark-cpu.jar, which has it");
    }
    Viewer viewer;
    try (Sessions sessions = Sessions.here(console, () -> "view " + Sessions.names(runs))) {
      viewer =
          Viewer.open(
              runs,
              examples.get(),
              Optional.ofNullable(cache),
              Folders.withoutSpark(console),
              console,
              sessions::session);
    }
    // An interrupted JVM runs nothing else.
    Runtime.getRuntime().addShutdownHook(new Thread(viewer::close, "end of the viewer"));
    try (ViewServer server = ViewServer.start(viewer, host, port)) {
      console.out().println(server.address(at));
      console.err().println("Open this address in a browser. Press Ctrl+C to end.");
      new CountDownLatch(1).await();
    }
    return ExitCode.DONE;
  }
}
