package com.example.greeting;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import java.util.List;

final class GreetingHandler implements PluginHandler {
  private final String text;
  private final List<String> unwelcome;
  private final Greetings said;

  GreetingHandler(String text, List<String> unwelcome, Greetings said) {
    this.text = text;
    this.unwelcome = unwelcome;
    this.said = said;
  }

  @Override
  public Reply access(Exchange exchange) {
    String agent = exchange.request().headers().get("user-agent");
    return agent != null && unwelcome.contains(agent)
        ? Reply.refuse(403, "you are not welcome")
        : Reply.NEXT;
  }

  @Override
  public void headerFilter(Exchange exchange) {
    exchange.response().headers().set("x-greeting", text);
    said.add();
  }
}
