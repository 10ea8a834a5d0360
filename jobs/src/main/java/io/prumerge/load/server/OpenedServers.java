package io.prumerge.load.server;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.LlavaConfig;
import io.prumerge.console.Console;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.endpoint.VisionEndpoint;
import io.prumerge.engine.EngineConfig;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.ModelLease;
import io.prumerge.load.generate.LoadServer;
import io.prumerge.load.generate.MachineClock;
import io.prumerge.plan.ModelChecks;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.settings.ModelOptions;
import io.prumerge.settings.NamedModel;
import io.prumerge.settings.RunSetting;
import io.prumerge.settings.SettingValues;
import io.prumerge.spark.Endpoints;
import io.prumerge.store.Folders;
import io.prumerge.zoo.LlavaProcessor;
import io.prumerge.zoo.LoadSettings;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;

/** What is under a load test, ready to be asked. */
public final class OpenedServers implements Closeable {

  /** Without a GPU that Spark assigned: the first one, or the processors. */
  private static final int NOT_ASSIGNED = -1;

  private final LoadQuestions questions;
  private final Folders folders;
  private final Map<NamedModel, LoadServer> servers = new LinkedHashMap<>();

  private OpenedServers(LoadQuestions questions, Folders folders) {
    this.questions = questions;
    this.folders = folders;
  }

  /**
   * Opens all targets; asks each endpoint one question about a black picture.
   *
   * @throws io.prumerge.endpoint.EndpointException if one does not answer it
   */
  public static OpenedServers of(
      List<NamedModel> targets,
      LoadQuestions questions,
      Folders folders,
      SparkConf conf,
      Console console)
      throws IOException {
    OpenedServers opened = new OpenedServers(questions, folders);
    try {
      for (NamedModel target : targets) {
        opened.servers.put(
            target,
            target.model().endpoint().isPresent()
                ? opened.endpoint(target, conf)
                : console.during("Loading the model", () -> opened.engine(target)));
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** Returns the servers by their targets, in the order of these. */
  public Map<NamedModel, LoadServer> all() {
    return servers;
  }

  private LoadServer endpoint(NamedModel target, SparkConf conf) {
    VisionEndpoint endpoint = Endpoints.open(target.endpoint(), VideoAs.PICTURES, conf);
    endpoint.probeStream();
    MethodSpec method =
        NamedModel.isLabel(target.name()) ? MethodSpec.NONE : MethodSpec.parse(target.name());
    return new EndpointUnderLoad(endpoint, questions, TokenReducers.of(method));
  }

  private LoadServer engine(NamedModel target) throws IOException {
    MethodSpec method = MethodSpec.parse(target.name());
    ModelFolders local = folders.models().local(Folders.fullPath(target.model().toString()));
    ModelOptions options = new ModelOptions(new SettingValues(Map.of()));
    LlavaConfig shape = options.sized(Checkpoint.configuration(local));
    new ModelChecks(folders).check(target.model().toString(), shape, List.of(method));
    ModelLease lease =
        LlavaEngine.acquire(
            new EngineConfig(
                local.toString(),
                NOT_ASSIGNED,
                options
                    .loading()
                    .with(
                        LoadSettings.CONVERSATION,
                        LlavaProcessor.template(local, options.get(RunSetting.CONVERSATION)))));
    List<TokenReducer> reducers = List.of(TokenReducers.of(method));
    for (TokenReducer reducer : reducers) {
      for (String clip : reducer.clips()) {
        lease.model().clips().place(clip, folders.models().folder(clip));
      }
    }
    return new EngineLoadServer(lease, question -> request(question, reducers), new MachineClock());
  }

  private ImageRequest request(int question, List<TokenReducer> reducers) {
    try {
      return new ImageRequest(
          questions.visuals(question), List.of(questions.asked(question)), reducers, ReduceBy.EACH);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read a picture from this machine's disk", e);
    }
  }

  @Override
  public void close() {
    servers.values().stream()
        .filter(EngineLoadServer.class::isInstance)
        .map(EngineLoadServer.class::cast)
        .forEach(EngineLoadServer::close);
  }
}
