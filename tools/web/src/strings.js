// Words shown to people, in both languages. The keys of zh and en must be the same.

const catalogues = {
  zh: {
    loading: "正在载入…",
    loadError: "数据未能载入。请刷新页面重试；如果仍然不行，请联系名簿的维护人。",
    tools: "搜索与筛选",
    tableRegion: "表格（可左右滚动）",
    search: "搜索",
    searchHint: "名称、代码或拼音",
    all: "全部",
    blank: "（空白）",
    pageLength: "每页",
    pageLengthAll: "全部",
    clear: "清除筛选",
    csv: "下载 CSV",
    csvName: "名簿",
    countAll: "共 {total} 条",
    countSome: "符合 {shown} 条，共 {total} 条",
    countRange: "，显示第 {from}–{to} 条",
    noRows: "还没有记录",
    noMatch: "没有符合条件的记录",
    printFilters: "筛选条件：",
    listSeparator: "；",
    labelSeparator: "：",
    pages: "分页",
    firstPage: "第一页",
    previousPage: "上一页",
    nextPage: "下一页",
    lastPage: "最后一页",
    pageNumber: "页码 ",
    sort: "：按此列排序",
    sortReverse: "：反向排序",
    sortRemove: "：取消排序",
    find: "查找客户",
    findHint: "输入名称、代码或拼音",
    findResults: "查找结果",
    findCount: "找到 {shown} 条，用上下方向键选择",
    findMore: "符合的超过 {shown} 条，只列出前 {shown} 条；用上下方向键选择",
    findNone: "没有找到",
  },
  en: {
    loading: "Loading…",
    loadError:
      "The data could not be loaded. Reload the page to try again; if that does not help, tell whoever maintains the register.",
    tools: "Search and filters",
    tableRegion: "Table (scrolls sideways)",
    search: "Search",
    searchHint: "Name, code or pinyin",
    all: "All",
    blank: "(blank)",
    pageLength: "Per page",
    pageLengthAll: "All",
    clear: "Clear filters",
    csv: "Download CSV",
    csvName: "register",
    countAll: "{total} in total",
    countSome: "{shown} matching, of {total}",
    countRange: ", showing {from}–{to}",
    noRows: "There are no records yet",
    noMatch: "No records match",
    printFilters: "Filters: ",
    listSeparator: "; ",
    labelSeparator: ": ",
    pages: "Pages",
    firstPage: "First page",
    previousPage: "Previous page",
    nextPage: "Next page",
    lastPage: "Last page",
    pageNumber: "Page ",
    sort: ": sort by this column",
    sortReverse: ": reverse the order",
    sortRemove: ": remove the sorting",
    find: "Find a customer",
    findHint: "Type a name, code or pinyin",
    findResults: "Matches",
    findCount: "{shown} found, use the up and down arrow keys to choose",
    findMore: "More than {shown} match, the first {shown} are listed; use the up and down arrow keys to choose",
    findNone: "Nothing found",
  },
};

/** "zh" or "en", from the page's <html lang>. */
export function pageLanguage() {
  return /^zh\b/i.test(document.documentElement.lang) ? "zh" : "en";
}

/** The words of a language, with `fill(key, values)` for the ones that take numbers. */
export function stringsFor(language) {
  const words = catalogues[language];
  const numbers = new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en");
  const fill = (key, values) =>
    words[key].replace(/\{(\w+)\}/g, (_, name) => numbers.format(values[name]));
  return { ...words, fill, number: (value) => numbers.format(value) };
}
