package io.portcullis.app.demo;

import io.undertow.websockets.WebSocketConnectionCallback;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.spi.WebSocketHttpExchange;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * WebSockets. A path that ends with {@code /chat} is a room: everybody in it gets each text that
 * anybody sends. Everywhere else a message comes back to its sender.
 */
final class ChatRooms implements WebSocketConnectionCallback {
  private final Set<WebSocketChannel> room = ConcurrentHashMap.newKeySet();

  @Override
  public void onConnect(WebSocketHttpExchange exchange, WebSocketChannel channel) {
    if (URI.create(exchange.getRequestURI()).getPath().endsWith("/chat")) {
      room.add(channel);
      channel.addCloseTask(room::remove);
    }
    channel.getReceiveSetter().set(new Listener());
    channel.resumeReceives();
  }

  private final class Listener extends AbstractReceiveListener {
    @Override
    protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
      String text = message.getData();
      if (!room.contains(channel)) {
        WebSockets.sendText(text, channel, null);
        return;
      }
      for (WebSocketChannel member : room) {
        WebSockets.sendText(text, member, null);
      }
    }

    @Override
    protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
      try (var data = message.getData()) {
        WebSockets.sendBinary(WebSockets.mergeBuffers(data.getResource()), channel, null);
      }
    }
  }
}
