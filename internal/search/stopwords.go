package search

// Function words say nothing about what an article is about. In a site of many
// articles they fall out because nearly all have them; in one of five they would
// be all that two articles share.
const (
	englishWords    = " a about after all also an and any are as at be because been before but by can could did do does for from get had has have he her his how i if in into is it its just like may more most my no not of on once one only or other our out over she should so some such than that the their them then there these they this those to too up us use used very was we were what when where which while who why will with would you your "
	spanishWords    = " a al como con de del desde donde el ella ellos en entre era es esta este esto estos fue ha hay la las le lo los más muy no nos o para pero por porque que qué se sea ser si sin sobre son su sus también un una uno unos y ya "
	frenchWords     = " a au aux avec c'est ce ces cette comme dans de des donc du elle elles en est et être il ils je la le les leur lui mais même ne nos notre nous on ou où par pas plus pour qu que qui sa sans se ses si son sont sur tous tout un une vos votre vous y à "
	germanWords     = " aber als am an auch auf aus bei bis das dass dem den der des die diese dieser doch du durch ein eine einem einen einer eines er es für hat hier ich ihr im in ist ja kann man mehr mit nach nicht noch nur ob oder ohne sein sich sie sind so über um und uns unter vom von vor war was wenn werden wie wir wird zu zum zur "
	portugueseWords = " a ao aos as às até com como da das de dela dele do dos e ela ele eles em entre era essa esse esta este eu foi há isso já lhe mais mas me muito na nas não no nos o os ou para pela pelo por porque qual quando que quem se sem ser seu sua são também um uma você à é "
	dutchWords      = " aan al als bij dan dat de der deze die dit door een en er had heb hem het hij hoe hun ik in is je kan kunnen maar me met mijn na naar niet nog nu of om ons ook op over te tot uit van veel voor was wat we wel wij wordt worden ze zich zij zijn zo zou "
)

// functionWords are those of a language, each between spaces.
func functionWords(base string) string {
	return map[string]string{
		"en": englishWords, "es": spanishWords, "fr": frenchWords, "de": germanWords, "pt": portugueseWords, "nl": dutchWords,
	}[base]
}
