"use strict";
// What swagger-ui says by itself, in Chinese: it knows English alone. Texts of the document are already in the reader's language.
(() => {
  const words = {
    "Additional properties": "其他属性",
    "Any of": "任一",
    "Authorize": "填写密钥",
    "Authorized": "已填写密钥",
    "Available authorizations": "可用的授权方式",
    "Cancel": "取消",
    "Clear": "清空",
    "Close": "关闭",
    "Code": "状态码",
    "Collapse all": "全部收起",
    "Computed URL:": "实际地址：",
    "Controls ": "对应请求头 ",
    "Curl": "curl 命令",
    "Description": "说明",
    "Details": "详情",
    "Discriminator": "区分字段",
    "Download": "下载",
    "Edit Value": "编辑",
    "Errors": "错误",
    "Example Value": "示例",
    "Examples": "示例",
    "Examples: ": "示例：",
    "Execute": "发送",
    "Expand all": "全部展开",
    "Failed to load API definition.": "接口文档加载失败。",
    "Headers:": "响应头：",
    "Hide": "收起",
    "In: ": "位置：",
    "Links": "链接",
    "Logout": "清除密钥",
    "Media type": "媒体类型",
    "Name": "名称",
    "Name: ": "名称：",
    "No links": "无链接",
    "No parameters": "无参数",
    "One of": "其中之一",
    "Parameters": "参数",
    "Please correct the following validation errors and try again.": "请改正以下错误后再试。",
    "Request URL": "请求地址",
    "Request body": "请求正文",
    "Request duration": "用时",
    "Reset": "重置",
    "Response body": "响应正文",
    "Response headers": "响应头",
    "Responses": "响应",
    "Schema": "结构",
    "Schemas": "数据结构",
    "Send empty value": "发送空值",
    "Server response": "服务器响应",
    "Servers": "服务器",
    "Show": "展开",
    "Try it out ": "试一试",
    "Unrecognized response type; displaying content as text.": "响应类型未知，按文本显示。",
    "Value:": "值：",
    "Warning": "警告",
  };
  const known = new Map(Object.entries(words).flatMap(([english, chinese]) => [[english, chinese], [english.trim(), chinese]]));

  const translate = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const chinese = known.get(node.nodeValue);
      if (chinese !== undefined) {
        node.nodeValue = chinese;
      }
    } else if (!["CODE", "PRE", "TEXTAREA"].includes(node.nodeName)) {
      node.childNodes.forEach(translate);
    }
  };

  window.speakChinese = (root) => {
    new MutationObserver((changes) => {
      for (const change of changes) {
        const within = change.target.nodeType === Node.TEXT_NODE ? change.target.parentElement : change.target;
        if (within !== null && within.closest("code, pre, textarea") === null) {
          translate(change.target);
        }
      }
    }).observe(root, { childList: true, characterData: true, subtree: true });
  };
})();
