"""Words that say nothing about a subject: articles, particles, months, numerals; data.

No reason ever names one of them, in any of the four languages. The list is ours.
"""

_WORDS = """
aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes anders
auch auf aus bei beide beiden beim bereits besonders bin bis bisher bist da dabei dadurch dafür
dagegen daher damit danach daneben dann daran darauf daraus darf darin darum darunter darüber das
dass davon dazu dem den denen denn dennoch der deren derzeit des deshalb dessen deutlich die dies
diese diesem diesen dieser dieses doch dort du durch dürfen ebenfalls ebenso ein eine einem einen
einer eines einige einigen einiger einzelne einzelnen entsprechend er erst erste ersten erster es
etwa etwas euch fast für gab ganz gar gegen gegenüber geht gemäss genau gibt gilt ging gleich
gross grosse grossen grosser grosses gut gute guten hat hatte hatten hier hin hinaus hinter hätte
hätten ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im immer in indem infolge innerhalb ins
insbesondere insgesamt ist ja je jede jedem jeden jeder jedes jedoch jene jenen jetzt jeweils kann
kein keine keinem keinen keiner klein kleine kleinen kommt können könnte könnten künftig lang
lange lassen letzte letzten lässt machen macht man manche mehr mehrere mehreren mein meine meist
mit mittels muss möchte möglich möglichst müssen nach nachdem nahm namentlich neben nehmen nein
neu neue neuem neuen neuer neues nicht nichts nie noch nun nur ob obwohl oder ohne rund schon sehr
sei seien sein seine seinem seinen seiner seines seit seitens selber selbst sich sie sind so
sobald sodass sofern sogar solche solchen soll sollen sollte sollten somit sondern sonst soweit
sowie sowohl stark statt stehen steht trotz um und uns unser unsere unserem unseren unter
vergangenen viel viele vielen vom von vor vorher wann war waren warum was wegen weil weiter
weitere weiteren weiterer weiterhin welche welchem welchen welcher wenig weniger wenn wer werde
werden wie wieder wiederum will wir wird wo wobei wohl wollen worden wurde wurden während würde
würden zehn zu zudem zum zur zurück zusammen zusätzlich zwar zwischen über überhaupt
afin ainsi alors après assez au aucun aucune aujourd auprès aussi autre autres aux avait avant
avec avoir ayant beaucoup bien car ce ceci cela celle celles celui cependant ces cet cette ceux
chaque chez ci comme comment contre dans de depuis des deux doit doivent donc dont du durant dès
elle elles en encore enfin ensuite entre environ est et eux fait font grâce hors il ils jusqu la
laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui mais malgré me mes moins
mon moyen même mêmes ne ni non nos notamment notre nous nouveau nouveaux nouvelle nouvelles on ont
ou outre où par parce parmi pas pendant peu peut peuvent plus plusieurs plutôt pour pourquoi
pourra premier première près puis qu quand que quel quelle quelles quelque quelques quels qui quoi
sa sans sauf se selon sera seront ses si sien soit son sont sous souvent suite sur tandis tant te
tel telle telles tels toujours tous tout toute toutefois toutes trop très un une vers via voire
vos votre vous étaient était été être
ad agli ai al alcune alcuni alla alle allo altra altre altri altro anche ancora avere aveva ben
che chi ci cioè come con contro cui da dagli dai dal dalla dalle dallo degli dei del della delle
dello dentro deve devono di dopo dove due durante ed era erano essere fa fino fra già gli ha hanno
il in infatti inoltre io la le lei li lo loro lui ma mentre mia mio molti molto ne negli nei nel
nella nelle nello noi non nostra nostro nuova nuove nuovi nuovo ogni oltre ora per perché però più
poi possono presso prima proprio può qualche quale quali quando quanto quella quelle quelli quello
questa queste questi questo qui quindi saranno sarà se secondo sempre senza si sia siano sono
sopra sotto stata state stati stato su sua sue sugli sui sul sulla sulle suo suoi tra tutta tutte
tutti tutto un una uno vengono verso vi viene è
about after again all also am an and any are as at be been before being between both but by can
could did do does doing down during each few for from further had has have having he her here him
his how if in into is it its itself just may more most must new no nor not now of off on once one
only or other our out over own same she should since so some such than that the their them then
there these they this those through to too under until up upon very was we were what when where
which while who why will with within would you your
agosto an anni anno année années ans août apr april aprile aug august avril day days december dez
dezember dicembre dienstag dimanche domenica donnerstag décembre feb febbraio februar february
freitag friday février gennaio gestern giorni giorno giovedì giugno heure heures heute jahr jahre
jahren jahres jan januar january janvier jeudi jour jours juillet juin jul juli july jun june juni
luglio lundi lunedì maggio mai march mardi mars martedì marzo mercoledì mercredi mese mesi
mittwoch mois monat monate monaten monday montag month months morgen mär märz nov november
novembre october octobre okt oktober ottobre sabato samedi samstag saturday semaine sep sept
september septembre settembre settimana sonntag sunday tag tage tagen thursday tuesday uhr
vendredi venerdì wednesday week woche wochen year years
acht cent cento cents chf cinq cinque deux dieci dix drei dreissig dritte drittel eight eins elf
five four franchi francs franken fünf fünfte fünfzig huit hundert hundred hälfte mila milione
milioni mille milliard milliarde milliarden million millionen millions neuf neun nine nove null
otto pour prozent quatre quattro sechs sei sept sette seven sieben six tausend ten thousand three
tre trois two venti vier vierte viertel vierzig vingt zehn zwanzig zwei zweite zwölf
"""
FILLERS = frozenset(_WORDS.split())
