package io.portcullis.proxy.server;

import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.proxy.balancing.Balancers;
import io.portcullis.proxy.balancing.PooledCaller;
import io.portcullis.proxy.http2.HeaderCodec;
import io.portcullis.proxy.sync.LiveRoutingTable;
import io.portcullis.proxy.upstream.AddressResolver;
import io.portcullis.proxy.upstream.TargetTls;
import io.portcullis.proxy.upstream.UpstreamClient;
import io.portcullis.proxy.wire.IoLoop;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;
import org.xnio.ssl.SslConnection;

/**
 * The data plane as a whole: listeners, I/O threads and upstream connections. Start it once, stop
 * it once; any thread may call.
 */
public final class ProxyServer implements AutoCloseable {
  private static final int TLS_TASK_THREADS = 2;
  private static final int TLS_BUFFER = 17 * 1024;
  private static final Duration ABRUPT = Duration.ofSeconds(1);

  private final ProxySettings settings;
  private final XnioWorker worker;
  private final List<Loop> loops;
  private final TrafficCounters counters;
  private final GatewayHandler handler;
  private final PooledCaller caller;
  private final @Nullable UndertowXnioSsl ssl;
  private final List<AcceptingChannel<? extends StreamConnection>> acceptors = new ArrayList<>();
  private volatile int maxConnections;
  private volatile boolean stopping;

  private ProxyServer(
      ProxySettings settings,
      LiveRoutingTable table,
      Balancers balancers,
      AddressResolver resolver,
      @Nullable AccessLog accessLog)
      throws IOException, GeneralSecurityException {
    this.settings = settings;
    this.maxConnections = settings.maxConnections();
    int threads =
        settings.ioThreads() == 0
            ? Runtime.getRuntime().availableProcessors()
            : settings.ioThreads();
    Xnio xnio = Xnio.getInstance("nio", ProxyServer.class.getClassLoader());
    this.worker =
        xnio.createWorker(
            OptionMap.builder()
                .set(Options.WORKER_NAME, "proxy")
                .set(Options.WORKER_IO_THREADS, threads)
                .set(Options.WORKER_TASK_CORE_THREADS, TLS_TASK_THREADS)
                .set(Options.WORKER_TASK_MAX_THREADS, Math.max(TLS_TASK_THREADS, threads))
                .set(Options.THREAD_DAEMON, false)
                .getMap());
    DefaultByteBufferPool buffers = new DefaultByteBufferPool(true, TLS_BUFFER, -1, 4);
    TargetTls targetTls = new TargetTls(xnio, settings.trusted(), buffers);
    this.ssl =
        settings.tls() == null
            ? null
            : new UndertowXnioSsl(xnio, OptionMap.EMPTY, buffers, settings.tls());
    this.counters = new TrafficCounters(threads);
    SecureRandom seeds = new SecureRandom();
    List<Loop> made = new ArrayList<>(threads);
    List<UpstreamClient> clients = new ArrayList<>(threads);
    List<XnioIoThread> ioThreads = threads(worker, threads);
    for (int i = 0; i < threads; i++) {
      IoLoop loop = new IoLoop(ioThreads.get(i), i, seeds.nextLong());
      UpstreamClient client =
          new UpstreamClient(loop, settings.pool(), targetTls, settings.answerHeadLimit());
      clients.add(client);
      made.add(new Loop(loop, client, new OpenConnections()));
      loop.start();
    }
    this.loops = List.copyOf(made);
    this.handler =
        new GatewayHandler(Gateway.of(settings.gateway(), table, balancers, clients, accessLog));
    this.caller = new PooledCaller(clients, resolver, name -> table.current().upstream(name));
  }

  /**
   * Makes a server that does not listen yet, so that plugins can have its {@link #caller} before
   * the first client comes.
   *
   * @param accessLog told of every exchange; null when nobody wants it
   */
  public static ProxyServer create(
      ProxySettings settings,
      LiveRoutingTable table,
      Balancers balancers,
      AddressResolver resolver,
      @Nullable AccessLog accessLog)
      throws IOException {
    try {
      return new ProxyServer(settings, table, balancers, resolver, accessLog);
    } catch (GeneralSecurityException problem) {
      throw new IOException("TLS cannot be used: " + problem.getMessage(), problem);
    }
  }

  /**
   * Makes a server and serves.
   *
   * @throws IOException naming the address that cannot be bound
   */
  public static ProxyServer start(
      ProxySettings settings,
      LiveRoutingTable table,
      Balancers balancers,
      AddressResolver resolver,
      @Nullable AccessLog accessLog)
      throws IOException {
    ProxyServer server = create(settings, table, balancers, resolver, accessLog);
    server.listen();
    return server;
  }

  /**
   * Binds the listeners and serves; when one cannot be had, the server closes.
   *
   * @throws IOException naming the address that cannot be bound
   */
  public void listen() throws IOException {
    try {
      for (Listen listen : settings.listen()) {
        bind(listen);
      }
    } catch (IOException problem) {
      close();
      throw problem;
    }
    acceptors.forEach(AcceptingChannel::resumeAccepts);
  }

  /** The bound addresses, in the order of the settings. */
  public List<InetSocketAddress> addresses() {
    return acceptors.stream()
        .map(acceptor -> acceptor.getLocalAddress(InetSocketAddress.class))
        .toList();
  }

  /**
   * Changes how many connections of clients are taken at once; those that are open stay.
   *
   * @param most 0 for any number
   */
  public void limitConnections(int most) {
    maxConnections = most;
  }

  public TrafficCounters counters() {
    return counters;
  }

  /** Calls targets for plugins, over the same connections. */
  public UpstreamCaller caller() {
    return caller;
  }

  /** Whether a thread is one of this server's; for those who look for leaks. */
  public boolean owns(Thread thread) {
    return thread instanceof XnioIoThread io && io.getWorker().equals(worker);
  }

  /** Connections to targets that are open now. */
  public int upstreamConnections() {
    return loops.stream().mapToInt(loop -> loop.client.openConnections()).sum();
  }

  /**
   * Takes no more connections, closes idle ones and lets requests that are under way finish. What
   * plugins still have to send goes out until {@link #stop}.
   *
   * @param patience after which it returns even if requests are under way
   */
  public void drain(Duration patience) {
    if (stopping) {
      return;
    }
    stopping = true;
    acceptors.forEach(IoUtils::safeClose);
    onEach(loop -> loop.open.drain());
    long end = System.nanoTime() + patience.toNanos();
    while (counters.active() > 0 && System.nanoTime() < end) {
      if (!pause(end)) {
        break;
      }
    }
  }

  /** Drains, and closes what is left when the time is over. */
  public void stop(Duration patience) {
    drain(patience);
    if (worker.isShutdown()) {
      return;
    }
    onEach(
        loop -> {
          loop.open.kill();
          loop.client.drain();
          loop.io.stop();
        });
    worker.shutdownNow();
    try {
      worker.awaitTermination(ABRUPT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops without patience. */
  @Override
  public void close() {
    stop(Duration.ZERO);
  }

  private void bind(Listen listen) throws IOException {
    OptionMap options =
        OptionMap.builder()
            .set(Options.TCP_NODELAY, true)
            .set(Options.REUSE_ADDRESSES, true)
            .set(Options.BACKLOG, listen.backlog())
            .getMap();
    int at = acceptors.size();
    try {
      acceptors.add(
          worker.createStreamConnectionServer(
              listen.address(),
              ChannelListeners.openListenerAdapter(
                  connection -> accept(connection, listen.tls(), at)),
              options));
    } catch (IOException problem) {
      throw new IOException(
          "cannot listen on "
              + listen.address().getHostString()
              + ':'
              + listen.address().getPort()
              + ": "
              + problem.getMessage(),
          problem);
    }
  }

  private void accept(StreamConnection raw, boolean tls, int listener) {
    Loop loop = loops.get(index(raw.getIoThread()));
    loop.io.touch();
    TrafficCounters.Cell cell = counters.cell(loop.io.index());
    int limit = maxConnections;
    if (stopping || limit > 0 && counters.active() >= limit) {
      cell.accepted();
      cell.refused();
      IoUtils.safeClose(raw);
      return;
    }
    InetSocketAddress peer = (InetSocketAddress) raw.getPeerAddress();
    int port = acceptors.get(listener).getLocalAddress(InetSocketAddress.class).getPort();
    NewConnection.Origin origin =
        new NewConnection.Origin(
            peer.getAddress(),
            port,
            // Threads number their connections by turns, so that none asks another.
            cell.accepted() * loops.size() - loop.io.index(),
            settings.http2(),
            loop.open,
            settings.client(),
            handler,
            cell,
            loop.codec);
    new NewConnection(origin, loop.io, tls ? secured(raw) : raw, tls).open();
  }

  private StreamConnection secured(StreamConnection raw) {
    UndertowXnioSsl secure = ssl;
    if (secure == null) {
      throw new IllegalStateException("a TLS listener without a certificate");
    }
    SslConnection connection = secure.wrapExistingConnection(raw, OptionMap.EMPTY, false);
    Alpn.offer(UndertowXnioSsl.getSslEngine(connection), settings.http2());
    return connection;
  }

  private int index(XnioIoThread thread) {
    for (Loop loop : loops) {
      if (loop.io.thread().equals(thread)) {
        return loop.io.index();
      }
    }
    throw new IllegalStateException("a connection of a foreign thread: " + thread);
  }

  /** The worker tells its threads only by choice; asked with enough hashes it names them all. */
  private static List<XnioIoThread> threads(XnioWorker worker, int count) {
    XnioIoThread[] found = new XnioIoThread[count];
    int missing = count;
    for (int hash = 0; missing > 0; hash++) {
      XnioIoThread thread = worker.getIoThread(hash);
      if (found[thread.getNumber()] == null) {
        found[thread.getNumber()] = thread;
        missing--;
      }
    }
    return List.of(found);
  }

  private void onEach(java.util.function.Consumer<Loop> task) {
    CountDownLatch done = new CountDownLatch(loops.size());
    for (Loop loop : loops) {
      loop.io.execute(
          () -> {
            try {
              loop.io.touch();
              task.accept(loop);
            } finally {
              done.countDown();
            }
          });
    }
    try {
      done.await(ABRUPT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean pause(long end) {
    try {
      TimeUnit.NANOSECONDS.sleep(Math.clamp(end - System.nanoTime(), 0, 10_000_000));
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What belongs to one I/O thread. */
  private static final class Loop {
    final IoLoop io;
    final UpstreamClient client;
    final OpenConnections open;
    final HeaderCodec codec = new HeaderCodec();

    Loop(IoLoop io, UpstreamClient client, OpenConnections open) {
      this.io = io;
      this.client = client;
      this.open = open;
    }
  }
}
