package policies;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.email.UAX29URLEmailTokenizer;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.pattern.PatternCaptureGroupTokenFilter;
import org.elasticsearch.action.ActionRequestValidationException;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.cluster.metadata.IndexNameExpressionResolver;
import org.elasticsearch.cluster.node.DiscoveryNodes;
import org.elasticsearch.common.io.stream.NamedWriteableRegistry;
import org.elasticsearch.common.settings.ClusterSettings;
import org.elasticsearch.common.settings.IndexScopedSettings;
import org.elasticsearch.common.settings.Setting;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.settings.SettingsFilter;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.features.NodeFeature;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.ActionPlugin;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestController;
import org.elasticsearch.rest.RestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.xcontent.NamedXContentRegistry;
import org.elasticsearch.xcontent.ParseField;
import org.elasticsearch.xcontent.XContentParser;
import org.elasticsearch.xpack.core.ilm.AllocateAction;
import org.elasticsearch.xpack.core.ilm.DeleteAction;
import org.elasticsearch.xpack.core.ilm.DownsampleAction;
import org.elasticsearch.xpack.core.ilm.ForceMergeAction;
import org.elasticsearch.xpack.core.ilm.LifecycleAction;
import org.elasticsearch.xpack.core.ilm.LifecyclePolicy;
import org.elasticsearch.xpack.core.ilm.LifecycleSettings;
import org.elasticsearch.xpack.core.ilm.LifecycleType;
import org.elasticsearch.xpack.core.ilm.MigrateAction;
import org.elasticsearch.xpack.core.ilm.ReadOnlyAction;
import org.elasticsearch.xpack.core.ilm.RolloverAction;
import org.elasticsearch.xpack.core.ilm.SearchableSnapshotAction;
import org.elasticsearch.xpack.core.ilm.SetPriorityAction;
import org.elasticsearch.xpack.core.ilm.ShrinkAction;
import org.elasticsearch.xpack.core.ilm.TimeseriesLifecycleType;
import org.elasticsearch.xpack.core.ilm.WaitForSnapshotAction;
import org.elasticsearch.xpack.core.ilm.action.PutLifecycleRequest;
import org.elasticsearch.xpack.core.slm.SnapshotLifecyclePolicy;

/**
 * Reads lifecycle and snapshot policies with Elasticsearch's own parsers, and runs none.
 *
 * The distribution that Maven has lacks the modules that serve them, and the part of the analysis
 * module that the index of users and roles needs.
 */
public class PolicyPlugin extends Plugin implements ActionPlugin, AnalysisPlugin {
  @Override
  public Collection<RestHandler> getRestHandlers(
      Settings settings,
      NamedWriteableRegistry writeables,
      RestController controller,
      ClusterSettings clusterSettings,
      IndexScopedSettings indexSettings,
      SettingsFilter filter,
      IndexNameExpressionResolver resolver,
      Supplier<DiscoveryNodes> nodes,
      Predicate<NodeFeature> features) {
    return List.of(
        new PolicyHandler("/_ilm/policy/{name}", PolicyPlugin::checkLifecycle),
        new PolicyHandler("/_slm/policy/{name}", PolicyPlugin::checkSnapshots));
  }

  private static ActionRequestValidationException checkLifecycle(XContentParser parser, String name) {
    PutLifecycleRequest request =
        PutLifecycleRequest.parseRequest(
            new PutLifecycleRequest.Factory() {
              @Override
              public PutLifecycleRequest create(LifecyclePolicy policy) {
                TimeValue timeout = TimeValue.timeValueSeconds(30);
                return new PutLifecycleRequest(timeout, timeout, policy);
              }

              @Override
              public String getPolicyName() {
                return name;
              }
            },
            parser);
    LifecyclePolicy.validatePolicyName(name);
    return request.validate();
  }

  private static ActionRequestValidationException checkSnapshots(XContentParser parser, String name)
      throws IOException {
    return SnapshotLifecyclePolicy.parse(parser, name).validate();
  }

  private interface Checked {
    ActionRequestValidationException check(XContentParser parser, String name) throws IOException;
  }

  private static final class PolicyHandler extends BaseRestHandler {
    private final String path;
    private final Checked checked;

    PolicyHandler(String path, Checked checked) {
      this.path = path;
      this.checked = checked;
    }

    @Override
    public String getName() {
      return "policy" + path;
    }

    @Override
    public List<Route> routes() {
      return List.of(new Route(RestRequest.Method.PUT, path));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client)
        throws IOException {
      String name = request.param("name");
      try (XContentParser parser = request.contentParser()) {
        ActionRequestValidationException problem = checked.check(parser, name);
        if (problem != null) {
          throw problem;
        }
      }
      return channel ->
          channel.sendResponse(
              new RestResponse(
                  RestStatus.OK,
                  channel.newBuilder().startObject().field("acknowledged", true).endObject()));
    }
  }

  @Override
  public List<Setting<?>> getSettings() {
    return List.of(
        LifecycleSettings.LIFECYCLE_NAME_SETTING,
        LifecycleSettings.LIFECYCLE_INDEXING_COMPLETE_SETTING,
        LifecycleSettings.LIFECYCLE_SKIP_SETTING,
        RolloverAction.LIFECYCLE_ROLLOVER_ALIAS_SETTING);
  }

  private interface Parsed {
    LifecycleAction parse(XContentParser parser) throws IOException;
  }

  private static NamedXContentRegistry.Entry action(String name, Parsed parsed) {
    return new NamedXContentRegistry.Entry(
        LifecycleAction.class, new ParseField(name), parser -> parsed.parse(parser));
  }

  @Override
  public List<NamedXContentRegistry.Entry> getNamedXContent() {
    return List.of(
        new NamedXContentRegistry.Entry(
            LifecycleType.class,
            new ParseField(TimeseriesLifecycleType.TYPE),
            (parser, context) -> TimeseriesLifecycleType.INSTANCE),
        action(AllocateAction.NAME, AllocateAction::parse),
        action(DeleteAction.NAME, DeleteAction::parse),
        action(DownsampleAction.NAME, DownsampleAction::parse),
        action(ForceMergeAction.NAME, ForceMergeAction::parse),
        action(MigrateAction.NAME, MigrateAction::parse),
        action(ReadOnlyAction.NAME, ReadOnlyAction::parse),
        action(RolloverAction.NAME, RolloverAction::parse),
        action(SearchableSnapshotAction.NAME, SearchableSnapshotAction::parse),
        action(SetPriorityAction.NAME, SetPriorityAction::parse),
        action(ShrinkAction.NAME, ShrinkAction::parse),
        action(WaitForSnapshotAction.NAME, WaitForSnapshotAction::parse));
  }

  @Override
  public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
    return Map.of(
        "lowercase",
        (index, environment, name, settings) ->
            new AbstractTokenFilterFactory(name, settings) {
              @Override
              public TokenStream create(TokenStream stream) {
                return new LowerCaseFilter(stream);
              }
            },
        "pattern_capture",
        (index, environment, name, settings) ->
            new AbstractTokenFilterFactory(name, settings) {
              private final Pattern[] patterns =
                  settings.getAsList("patterns").stream()
                      .map(Pattern::compile)
                      .toArray(Pattern[]::new);

              @Override
              public TokenStream create(TokenStream stream) {
                boolean original = settings.getAsBoolean("preserve_original", true);
                return new PatternCaptureGroupTokenFilter(stream, original, patterns);
              }
            },
        "unique",
        (index, environment, name, settings) ->
            new AbstractTokenFilterFactory(name, settings) {
              @Override
              public TokenStream create(TokenStream stream) {
                return new RemoveDuplicatesTokenFilter(stream);
              }
            });
  }

  @Override
  public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
    return Map.of(
        "uax_url_email",
        (index, environment, name, settings) ->
            TokenizerFactory.newFactory(name, UAX29URLEmailTokenizer::new));
  }
}
